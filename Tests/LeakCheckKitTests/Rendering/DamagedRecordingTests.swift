// A damaged recording that still decodes is a report in every form, whatever its numbers say.
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("Reports of damaged recordings")
struct DamagedRecordingTests {
  @Test("text and JSON are made of every recording that decodes")
  func render() {
    let sample = RecordingEncoder.bytes(of: SampleRecording.full)
    var damage = Damage(seed: 0xDA3A6E)
    var count = 0
    for _ in 0..<1_500 {
      guard let recording = try? Recording(decoding: damage.done(to: sample)) else { continue }
      count += 1
      let report = TextReportTests.report(recording, limit: nil)
      var renderer = TextReport(style: TextStyle(isColoured: true))
      #expect(renderer.render(report).hasSuffix("\n"))
      let text = JSONReport.document(
        [report], exitStatus: 0, programStatus: nil, problems: [], remarks: [],
        watched: WatchedSummary([recording])
      ).rendered()
      #expect(JSON(parsing: text.utf8) != nil)
    }
    // Most damage hits a number that means something to nobody but a reader.
    #expect(count > 500)
  }
}
