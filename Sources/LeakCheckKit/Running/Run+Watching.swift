// Which processes of a run were not watched, or not to their end: silence must never mean that
// nothing was found.
import Glibc
import Recording

extension Run {
  /// Says so when the program itself was not watched.
  mutating func checkWatched(
    _ shelf: RecordingShelf, _ identifier: pid_t, _ end: ProgramEnd
  ) {
    let name = lastPart(request.command[0])
    let own = shelf.recordings.filter { $0.processID == UInt64(identifier) }
    if own.contains(where: \.isWatched) { return }
    let hasStarted = shelf.drafts.contains { $0.processID == UInt64(identifier) }
    if case .signalled(let signal) = end, own.isEmpty {
      let name = signalName(UInt32(signal))
      remarks.append(
        hasStarted
          ? "the program started under the layer and was ended by \(name): it left no recording"
          : "the program was ended by \(name): there is no recording of it")
      return
    }
    if let only = request.only, unsafe fnmatch(only, name, 0) != 0 { return }
    if !own.isEmpty {
      problems.append(
        "\(name) could not be watched: it never called our malloc (it has an allocator of its own, "
          + "or allocates nothing)")
    } else if hasStarted {
      problems.append(
        "\(name) could not be watched to its end: it started under the layer but left no recording "
          + "(it may have replaced itself by a program that cannot be watched, or ended without "
          + "passing through libc)")
    } else {
      problems.append(
        "\(name) could not be watched: it wrote no recording (it may have replaced itself by a "
          + "static program, cleared its environment, or ended without passing through libc)")
    }
  }

  /// Says which of the program's children left no recording; `true` when one may still write it.
  mutating func remarkDrafts(_ drafts: [RecordingDraft], _ folder: PrivateFolder) -> Bool {
    let running = drafts.filter(\.isRunning)
    let ended = drafts.filter { draft in !running.contains { $0.processID == draft.processID } }
    if let processes = Self.named(ended) {
      remarks.append(
        "\(processes) started under the layer but left no recording (killed, or replaced by a "
          + "program that cannot be watched)")
    }
    guard let processes = Self.named(running) else { return false }
    remarks.append(
      "\(processes) still \(running.count > 1 ? "run" : "runs"): what is recorded at the end will "
        + "be in \(folder.path)")
    for draft in ended { unsafe unlink(draft.path) }
    return true
  }

  /// The first by its name, the others by their number; `nil` for none.
  private static func named(_ drafts: [RecordingDraft]) -> String? {
    guard let first = drafts.first else { return nil }
    if drafts.count == 1 { return first.title }
    return "\(first.title) and \(counted(drafts.count - 1, "other process", "other processes"))"
  }
}
