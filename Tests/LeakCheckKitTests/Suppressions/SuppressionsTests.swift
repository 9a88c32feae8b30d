// Rules over a recording: what they take out, what is left, and what is said of those that did
// nothing.
import Foundation
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("Rules over a recording")
struct SuppressionsTests {
  /// The sample with rules that its program brings along.
  private func sample(_ rules: String) -> Recording {
    var recording = SampleRecording.full
    recording.meta.set(.suppressions, to: Array(rules.utf8))
    recording.meta.set(.lostByteCount, to: 1_304)
    return recording
  }

  private func apply(
    _ recording: Recording, _ suppressions: inout Suppressions
  ) -> (recording: Recording, uses: [SuppressionUse]) {
    suppressions.apply(to: recording, symbolizer: nil)
  }

  @Test("take out a tree with its root, and its counts with it")
  func all() throws {
    var suppressions = Suppressions()
    let (left, uses) = apply(sample("leak:no_such\nleak:/nowhere/par*$\n"), &suppressions)
    #expect(left.blocks.isEmpty)
    #expect(left.meta.number(.lostBlockCount) == 0)
    #expect(left.meta.number(.lostByteCount) == 0)
    let use = try #require(uses.first)
    #expect(uses.count == 1)
    #expect(use.blockCount == 16)
    #expect(use.byteCount == 1_304)
    #expect(use.sentence == "16 blocks, 1.2 KiB: leak:/nowhere/par*$ (of the program itself)")
    #expect(
      suppressions.remarks == ["1 rule matched nothing: leak:no_such (of the program itself)"])
  }

  @Test("with a site take out that leak alone")
  func site() {
    var suppressions = Suppressions()
    let (left, uses) = apply(sample("leak:parse site=f7c49655ba723ff3"), &suppressions)
    #expect(left.blocks.count == 2)
    #expect(left.blocks.map(\.head) == [0, 0])
    #expect(left.blocks.map(\.parent) == [1, 0])
    #expect(left.meta.number(.lostBlockCount) == 2)
    #expect(uses.map(\.blockCount) == [14])
    // Whatever else the recording says stays.
    #expect(left.violations.count == 1 && left.crash != nil)
  }

  @Test("with the site of a held block take out that block and what it holds")
  func held() {
    var recording = sample("leak:parse site=\(SuppressionsTests.siteOfHeld)")
    // The last three blocks of the tree have a stack of their own.
    for index in 11...13 { recording.blocks[index].stack = 3 }
    recording.blocks.removeLast(2)
    var suppressions = Suppressions()
    let (left, uses) = apply(recording, &suppressions)
    #expect(left.blocks.count == 11)
    #expect(uses.map(\.blockCount) == [3])
    #expect(left.blocks.allSatisfy { $0.head == 0 })
  }

  /// Of the stack 3, whose only frame has no name.
  private static let siteOfHeld = "d4c2bdee5a23baa5"

  @Test("that ended take out nothing, and are named")
  func expired() throws {
    let day = try #require(CalendarDay("2027-02-01"))
    var suppressions = Suppressions(today: day)
    let (left, uses) = apply(sample("leak:parse until=2027-01-31"), &suppressions)
    #expect(left.blocks.count == 16)
    #expect(uses.isEmpty)
    #expect(
      suppressions.remarks == [
        "1 rule ended and counts no more: leak:parse (of the program itself) on 2027-01-31"
      ])
    var earlier = Suppressions(today: try #require(CalendarDay("2027-01-31")))
    #expect(apply(sample("leak:parse until=2027-01-31"), &earlier).recording.blocks.isEmpty)
  }

  @Test("of a file that LSAN_OPTIONS names are looked for where the program ran")
  func namedFile() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("zleakcheck-rules-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "leak:parse\n".write(
      to: folder.appendingPathComponent("r.txt"), atomically: true, encoding: .utf8)
    var recording = SampleRecording.full
    recording.meta.set(.workingDirectory, to: Array(folder.path.utf8))
    recording.meta.set(.sanitizerOptions, to: Array(":suppressions=r.txt".utf8))
    var suppressions = Suppressions()
    #expect(apply(recording, &suppressions).recording.blocks.isEmpty)
    #expect(suppressions.problems.isEmpty)
    recording.meta.set(.sanitizerOptions, to: Array(":suppressions=none.txt".utf8))
    #expect(apply(recording, &suppressions).recording.blocks.count == 16)
    #expect(suppressions.problems.count == 1)
  }

  @Test("that are written for a recording leave nothing of it")
  func written() throws {
    let recording = SampleRecording.full
    let rules = SuppressionWriter.rules(
      for: recording, until: CalendarDay("2027-01-31"), reason: nil, symbolizer: nil)
    #expect(
      rules == [
        "leak:parse until=2027-01-31 site=d4c2bdee5a23baa5 # say why: 2 blocks, 64 bytes",
        "leak:parse until=2027-01-31 site=f7c49655ba723ff3 # say why: 14 blocks, 1.2 KiB",
      ])
    var suppressions = Suppressions(today: try #require(CalendarDay("2027-01-01")))
    let (left, uses) = apply(sample(rules.joined(separator: "\n")), &suppressions)
    #expect(left.blocks.isEmpty)
    #expect(uses.count == 2)
    #expect(suppressions.remarks.isEmpty)
  }

  @Test("are told in the report")
  func report() {
    var suppressions = Suppressions()
    let (left, uses) = apply(
      sample("leak:parse site=f7c49655ba723ff3 # theirs"), &suppressions)
    let report = Report(
      left,
      ReportRequest(file: "r.zleak", leakEntryLimit: nil, symbolizer: nil, suppressed: uses))
    var renderer = TextReport(style: TextStyle(isColoured: false))
    let text = renderer.render(report)
    #expect(text.contains(" 1 heap violation, died by SIGSEGV, 1 leak (64 bytes in 2 blocks)\n"))
    let use = "14 blocks, 1.2 KiB: leak:parse site=f7c49655ba723ff3 (of the program itself)"
    #expect(text.contains("  suppressed    \(use), theirs\n"))
    #expect(text.contains("  in use        16 blocks, 1.3 KiB: 2 lost, 14 suppressed\n"))
    #expect(text.contains("\n  suppress      zleakcheck suppress r.zleak\n"))
  }

  @Test("report_objects shows each lost block, max_leaks shows fewer")
  func objects() {
    var recording = SampleRecording.full
    recording.meta.set(.sanitizerOptions, to: Array(":report_objects=1 max_leaks=1".utf8))
    let text = TextReportTests.text(recording)
    #expect(text.contains("  lost objects\n    0x70000000 (96 bytes)\n"))
    #expect(!text.contains("1 cycle"))
    #expect(text.contains("1 more leak (2 blocks, 64 bytes) left out here"))
    #expect(!TextReportTests.text(SampleRecording.full).contains("lost objects"))
  }
}
