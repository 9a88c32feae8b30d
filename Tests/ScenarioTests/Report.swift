// The report of one or more recordings, as `zleakcheck report --format json` gives it.
import Foundation

/// What the tests need of a report.
struct Report: Sendable {
  /// One for each recording.
  let recordings: [Recording]
  /// The whole document, to look for names in it.
  let text: String

  /// A recording's part of the document.
  struct Recording: Decodable, Sendable {
    var totals: Totals
    var crash: Crash?
    var leaks: [Leak]
    var violations: [Violation]
  }

  /// Sums.
  struct Totals: Decodable, Sendable {
    var leakedBlocks: Int
    var leakedBytes: Int
  }

  /// The fatal signal.
  struct Crash: Decodable, Sendable {
    var signal: Int
    var hasHandler: Bool
    var moment: Moment
    var faultBefore: String?
  }

  /// One root cause.
  struct Leak: Decodable, Sendable {
    var state: String
    var message: String
    var roots: Int
    var blocks: Int
    var bytes: Int
    var allocated: Moment
    var holds: [Held]
  }

  /// Blocks of one site that a root cause holds.
  struct Held: Decodable, Sendable {
    var blocks: Int
  }

  /// A heap mistake.
  struct Violation: Decodable, Sendable {
    var kind: String
    var message: String
    var access: String?
    var allocated: Moment?
    var freed: Moment?
    var noticed: Moment
    var noticedBefore: Bool
    var count: Int
    var earlier: EarlierLife?
    var intact: Moment?
    var continues: Continuation?
  }

  /// A block that was at the address of a mistake before.
  struct EarlierLife: Decodable, Sendable {
    var bytes: Int
    var allocated: Moment
    var freed: Moment
  }

  /// What the bytes of an overwrite continue.
  struct Continuation: Decodable, Sendable {
    var whose: String
    var by: String
  }

  /// When, in which thread and by which stack.
  struct Moment: Decodable, Sendable {
    var thread: Int
    var operation: Int
    var stack: Stack

    /// The functions on the stack, the innermost first.
    var functions: [String] { stack.frames.map { $0.function ?? "?" } }
  }

  /// A stack.
  struct Stack: Decodable, Sendable {
    var isOneFrame: Bool
    var frames: [Frame]
  }

  /// One frame of a stack.
  struct Frame: Decodable, Sendable {
    var function: String?
    var module: String?
    var line: Int?
  }

  private struct Document: Decodable {
    var recordings: [Recording]
  }

  /// Asks `zleakcheck` for the report of recordings in `folder`.
  init(of files: [String], in folder: URL) async throws {
    guard !files.isEmpty else { throw NoRecording() }
    let command = Command(
      program: try Products.zleakcheck(), arguments: ["report", "--format", "json"] + files)
    let outcome = try await command.run(in: folder)
    do {
      let document = Data(outcome.output.utf8)
      recordings = try JSONDecoder().decode(Document.self, from: document).recordings
    } catch {
      throw BadReport(status: outcome.status, errors: outcome.errors, reason: "\(error)")
    }
    text = outcome.output
  }

  /// Lost blocks of all recordings.
  var lostBlockCount: Int { recordings.reduce(0) { $0 + $1.totals.leakedBlocks } }

  /// Their bytes.
  var lostByteCount: Int { recordings.reduce(0) { $0 + $1.totals.leakedBytes } }

  /// The entries of all recordings.
  var leaks: [Leak] { recordings.flatMap(\.leaks) }

  /// The heap mistakes of all recordings.
  var violations: [Violation] { recordings.flatMap(\.violations) }

  /// The first fatal signal.
  var crash: Crash? { recordings.lazy.compactMap(\.crash).first }

  /// The files, without folders, of the code that allocated each leak, and of what crashed or
  /// called libc to crash.
  var originsOfTrouble: [String] {
    let moments = leaks.map(\.allocated) + recordings.compactMap(\.crash?.moment)
    return moments.map { moment in
      let modules = moment.stack.frames.map { $0.module ?? "?" }
      let names = modules.map { URL(fileURLWithPath: $0).lastPathComponent }
      return names.first { !$0.hasPrefix("libc.so") } ?? "?"
    }
  }

  /// The program left no recording.
  struct NoRecording: Error, CustomStringConvertible {
    var description: String { "there is no recording" }
  }

  /// What `zleakcheck` printed is no report.
  struct BadReport: Error, CustomStringConvertible {
    let status: Int
    let errors: String
    let reason: String

    var description: String { "no report (status \(status)): \(errors) \(reason)" }
  }
}
