// The frozen first line of a violation: the layer prints the same, after `zmalloc: `.
package import Recording
import RecordingFormat

/// The first line of a violation: what happened, exact size, exact distance.
package func firstLine(_ violation: ViolationEntry) -> String {
  var line = TextLine()
  violation.writeFirstLine(to: &line)
  return line.text
}

private struct TextLine: LineSink {
  var text = ""

  mutating func append(_ text: StaticString) { self.text += "\(text)" }
  mutating func append(_ number: UInt64) { text += String(number) }
  mutating func append(hex address: UInt) { text += hexadecimal(UInt64(address)) }
}
