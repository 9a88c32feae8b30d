// Findings that are known already: a file that keeps CI red only for what is new.
//
//   line = ID [ " " text ]      # begins a remark; what is not found this time stays
import LeakCheckKit

/// A file of known findings.
struct KnownFindings {
  private(set) var identifiers: Set<String> = []

  /// Reads the file at `path`.
  init(path: String) throws(Refusal) {
    let bytes: [UInt8]
    do { bytes = try OpenFile.contents(of: path) } catch { throw Refusal("\(error)") }
    let text = String(decoding: bytes, as: UTF8.self)
    // A line end of Windows is one character of its own.
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (number, line) in lines.enumerated() {
      let word = line.split(separator: " ").first ?? ""
      if word.isEmpty || word.hasPrefix("#") { continue }
      guard word.count == 12, word.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw Refusal("cannot read \(path): line \(number + 1) begins with no finding's name")
      }
      identifiers.insert(word.lowercased())
    }
  }
}
