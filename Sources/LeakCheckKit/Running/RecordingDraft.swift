// What a process leaves that started under the layer and did not finish its recording.

/// A recording that was begun: its process was killed, replaced itself, or still runs.
struct RecordingDraft {
  /// Where it is.
  let path: String
  /// The program's file name.
  let programName: String
  /// The process's id.
  let processID: UInt64

  /// Reads `PROGRAM.PID.TIME.NUMBER.zleak.part`, which is what `run` asks the layer for; `nil` for
  /// another name.
  init?(path: String, name: String) {
    let suffix = ".zleak.part"
    guard name.hasSuffix(suffix) else { return nil }
    let words = name.dropLast(suffix.count).split(separator: ".", omittingEmptySubsequences: false)
    guard words.count >= 4, let number = UInt64(words[words.count - 3]) else { return nil }
    self.path = path
    processID = number
    programName = words.dropLast(3).joined(separator: ".")
  }

  /// Whether the process still runs: one that has ended and was not waited for has no program.
  var isRunning: Bool { realPath("/proc/\(processID)/exe") != nil }

  /// The program and its process, as in `sh (pid 12)`.
  var title: String { "\(programName) (pid \(processID))" }
}
