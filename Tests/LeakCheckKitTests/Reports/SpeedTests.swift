// A large report stays quick: 100,000 blocks at 1,000 sites, symbols included.
import Foundation
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("The speed of a report")
struct SpeedTests {
  #if DEBUG
    static let limit = Duration.seconds(60)
  #else
    static let limit = Duration.seconds(5)
  #endif

  @Test("over 100,000 blocks at 1,000 sites is seconds, in text and JSON")
  func large() throws {
    let path = try #require(realPath("/proc/self/exe"))
    let module = Module(
      start: 0x5555_0000_0000, end: 0x5555_0100_0000, bias: 0x5555_0000_0000,
      path: Array(path.utf8), buildID: [], flags: ModuleHead.isProgram)
    let bytes = RecordingEncoder.bytes(
      of: SampleRecording.large(blockCount: 100_000, siteCount: 1_000, modules: [module]))
    let symbolizer = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    let start = processorTime()
    let recording = try Recording(decoding: bytes)
    let report = Report(
      recording,
      ReportRequest(file: "large.zleak", leakEntryLimit: nil, symbolizer: symbolizer))
    var renderer = TextReport(style: TextStyle(isColoured: false))
    _ = renderer.render(report)
    _ = JSONReport.document(
      [report], exitStatus: 23, programStatus: nil, problems: [], remarks: [],
      watched: WatchedSummary([recording])
    ).rendered()
    #expect(processorTime() - start < Self.limit)
    #expect(report.leaks.count == 1_000)
    #expect(
      report.leaks.contains { $0.allocated.stack.frames.contains { $0.function != nil } })
  }

  /// What this thread has had of a processor: what others do meanwhile is no part of it.
  private func processorTime() -> Duration {
    var time = timespec()
    unsafe _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
