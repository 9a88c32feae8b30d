// The decoder gives a recording, or an error with the place, for any bytes.
import Recording
import RecordingSamples
import Testing

@Suite("Decoding a recording")
struct DecodingTests {
  let sample = RecordingEncoder.bytes(of: SampleRecording.full)

  @Test("what was written is what is read")
  func roundTrip() throws {
    let recording = try Recording(decoding: sample)
    let original = SampleRecording.full
    #expect(recording.meta == original.meta)
    #expect(recording.modules == original.modules)
    #expect(recording.stacks.ids == [1, 2, 3])
    #expect(recording.stacks[1]?.addresses == [0x1101, 0x1201, 0x1301])
    #expect(recording.stacks[0] == nil)
    #expect(recording.stacks[9] == nil)
    #expect(recording.blocks.count == 16)
    #expect(recording.violations.first?.distance == 24)
    #expect(recording.crash?.signal == 11)
    #expect(recording.faults.first?.point == 37)
    #expect(recording.points.map(\.key) == [0xFEED])
    #expect(recording.descriptors == SampleRecording.full.descriptors)
    #expect(recording.meta.arguments == ["./parse", "-v", "a file"])
    #expect(recording.meta.reason == .exit)
    #expect(RecordingEncoder.bytes(of: recording) == sample)
  }

  @Test("a recording that is cut anywhere is an error, with a place inside it")
  func truncation() {
    for count in 0..<sample.count {
      let error = #expect(throws: RecordingError.self) {
        try Recording(decoding: Array(sample[..<count]))
      }
      #expect((error?.byteOffset ?? 0) <= count)
    }
  }

  @Test("bytes after the end are an error")
  func trailingBytes() {
    #expect(throws: RecordingError.self) { try Recording(decoding: sample + [0]) }
    #expect(throws: RecordingError.self) {
      try Recording(decoding: sample + [UInt8](repeating: 0, count: 24))
    }
  }

  @Test("foreign bytes and other versions are named as such")
  func foreign() {
    func kind(_ bytes: [UInt8]) -> RecordingError.Kind? {
      do throws(RecordingError) {
        _ = try Recording(decoding: bytes)
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(kind(Array("\u{7F}ELF and more bytes".utf8)) == .foreignMagic)
    #expect(kind(Array("abc".utf8)) == .foreignMagic)
    #expect(kind([]) == .truncated)
    var other = RecordingEncoder(version: 7)
    other.end()
    #expect(kind(other.bytes) == .otherVersion(7))
    #expect(kind(RecordingEncoder().bytes) == .missingEnd)
  }

  @Test("longer entries lose their rest, and unknown sections are skipped")
  func growth() throws {
    var encoder = RecordingEncoder()
    encoder.appendSection(0x2121_2121, count: 9, size: 3, [UInt8](repeating: 7, count: 27))
    encoder.append(.violations, [SampleRecording.overflow], extra: 16)
    encoder.appendStacks(StackTable([1: [5], 2: [6]]))
    encoder.end()
    let recording = try Recording(decoding: encoder.bytes)
    #expect(recording.violations.first?.blockByteCount == 24)
  }

  @Test("every random damage gives a recording or an error")
  func mutation() {
    var damage = Damage(seed: 0x5EED)
    for _ in 0..<4_000 { _ = try? Recording(decoding: damage.done(to: sample)) }
  }
}
