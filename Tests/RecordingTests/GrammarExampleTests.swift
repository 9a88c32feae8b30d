// The examples in the articles are recordings, and say what the articles say.
import Foundation
import Recording
import Testing

@Suite("The grammar's examples")
struct GrammarExampleTests {
  private func lines(_ article: String) throws -> [Substring] {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources")
    let text = try String(
      contentsOf: sources.appendingPathComponent(article), encoding: .utf8)
    return text.split(separator: "\n")
  }

  /// The bytes between the offset and the bar of each line of the dump.
  private func bytes() throws -> [UInt8] {
    let lines = try lines("RecordingFormat/RecordingFormat.docc/Grammar.md").filter {
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

  @Test("the small recording has one named value")
  func small() throws {
    let lines = try lines("ZMalloc/ZMalloc.docc/TheRecording.md").filter {
      $0.count > 52 && Int($0.prefix(2), radix: 16) != nil && $0.dropFirst(2).hasPrefix("  ")
    }
    let bytes = lines.flatMap { line in
      line.dropFirst(4).prefix(48).split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
    #expect(bytes.count == 88)
    let recording = try Recording(decoding: bytes)
    #expect(recording.meta.reason == .exit)
    #expect(recording.blocks.isEmpty)
  }
}
