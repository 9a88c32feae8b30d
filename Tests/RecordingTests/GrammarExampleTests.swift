// The example in the grammar's article is a recording, and says what the article says.
import Foundation
import Recording
import Testing

@Suite("The grammar's example")
struct GrammarExampleTests {
  /// The bytes between the offset and the bar of each line of the dump.
  private func bytes() throws -> [UInt8] {
    let article = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/RecordingFormat/RecordingFormat.docc/Grammar.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    let lines = text.split(separator: "\n").filter {
      $0.count > 60 && Int($0.prefix(4), radix: 16) != nil && $0.contains("| ")
    }
    return lines.flatMap { line -> [UInt8] in
      let columns = line.dropFirst(4).prefix { $0 != "|" }
      return columns.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
  }

  @Test("decodes to one lost block of 96 bytes with its stack")
  func decodes() throws {
    let recording = try Recording(decoding: bytes())
    #expect(recording.meta.string(.executable) == "/usr/bin/jq")
    #expect(recording.meta.number(.processID) == 4_242)
    let block = try #require(recording.blocks.first)
    #expect(recording.blocks.count == 1)
    #expect(block.byteCount == 96)
    #expect(block.operation == 7)
    #expect(BlockState(rawValue: block.state) == .root)
    #expect(recording.stacks[block.stack]?.addresses == [0x401136, 0x401160])
  }
}
