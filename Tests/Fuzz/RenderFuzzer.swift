// libFuzzer's entrance to the reports: whatever decodes is text and JSON.
import LeakCheckKit
import Recording

/// Makes both reports of what libFuzzer made up, if it is a recording.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: byteCount))
  guard var recording = try? Recording(decoding: bytes) else { return 0 }
  // No file that the input names is opened.
  for index in recording.modules.indices { recording.modules[index].path.insert(0x2E, at: 0) }
  let report = Report(
    recording, ReportRequest(file: "a.zleak", leakEntryLimit: 50, symbolizer: nil))
  var renderer = TextReport(style: TextStyle(isColoured: true))
  precondition(renderer.render(report).utf8.last == 0x0A)
  let document = JSONReport.document(
    [report], exitStatus: 0, programStatus: nil, problems: [], remarks: [],
    watched: WatchedSummary([recording]))
  precondition(!document.rendered().isEmpty)
  return 0
}
