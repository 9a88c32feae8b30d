// The recordings of one run: read out of the private folder, then kept or thrown away.
import Glibc
import Recording

/// One recording of a run.
struct ShelvedRecording {
  /// Where it is.
  var path: String
  /// What it says, without what is suppressed.
  var recording: Recording
  /// What was suppressed in it.
  var suppressed: [SuppressionUse] = []

  /// The program's file name.
  var programName: String {
    let meta = recording.meta
    return lastPart(meta.string(.executable) ?? meta.arguments.first ?? "program")
  }

  var processID: UInt64 { recording.meta.number(.processID) ?? 0 }
  var hasLeaks: Bool {
    !recording.blocks.isEmpty || recording.meta.number(.lostBlockCount) ?? 0 > 0
  }
  var hasViolations: Bool { !recording.violations.isEmpty }
  var hasFindings: Bool { hasLeaks || hasViolations || recording.crash != nil }

  /// Whether the program called our malloc at all: it got a block, was refused one, or came to
  /// harm.
  var isWatched: Bool {
    let counts: [MetaKey] = [.allocationCount, .faultCount]
    return hasFindings || counts.contains { recording.meta.number($0) ?? 0 > 0 }
  }
}

/// The recordings of one run.
struct RecordingShelf {
  /// Those that could be read, in the order of the start of their processes.
  var recordings: [ShelvedRecording] = []
  /// What processes began and did not finish, by their ids ascending; none of a process that
  /// finished one.
  var drafts: [RecordingDraft] = []
  /// Sentences about those that could not be read.
  var problems: [String] = []

  /// Reads all recordings in a folder.
  ///
  /// A whole one may still have its draft's name: its program could not rename it any more, because
  /// it had dropped its privileges or shut itself in.
  init(_ folder: PrivateFolder) {
    for name in folder.names {
      let path = folder.path + "/" + name
      let draft = RecordingDraft(path: path, name: name)
      guard draft != nil || name.hasSuffix(".zleak") else { continue }
      do {
        let recording = try Recording(decoding: OpenFile.contents(of: path))
        recordings.append(ShelvedRecording(path: path, recording: recording))
      } catch {
        if let draft {
          drafts.append(draft)
        } else {
          problems.append("the recording \(path) cannot be read: \(error)")
        }
      }
    }
    recordings.sort { first, second in
      let keys = [first, second].map {
        ($0.recording.meta.number(.startTime) ?? 0, $0.recording.meta.number(.writeTime) ?? 0)
      }
      return keys[0] == keys[1] ? first.path < second.path : keys[0] < keys[1]
    }
    dropSurvivedSignals()
    // A program that replaced itself leaves the draft of before; one process counts once.
    var known = Set(recordings.map(\.processID))
    drafts = drafts.sorted { ($0.processID, $0.path) < ($1.processID, $1.path) }
      .filter { known.insert($0.processID).inserted }
  }

  /// Leaves out the recording of a signal that the program's own handler dealt with: the same
  /// process lived on to write a later one.
  ///
  /// Virtual machines use such signals all the time.
  private mutating func dropSurvivedSignals() {
    let all = recordings
    recordings = all.enumerated().filter { index, entry in
      guard entry.recording.crash?.hasHandler == 1, !entry.hasViolations else { return true }
      let later = all.dropFirst(index + 1)
      return !later.contains {
        $0.processID == entry.processID && $0.recording.meta.reason == .exit
          && $0.recording.meta.number(.startTime) == entry.recording.meta.number(.startTime)
      }
    }.map(\.element)
  }

  /// Keeps the recordings of programs whose file name matches `pattern`, as a shell matches file
  /// names.
  mutating func keepOnly(_ pattern: String) {
    recordings.removeAll { unsafe fnmatch(pattern, $0.programName, 0) != 0 }
    drafts.removeAll { unsafe fnmatch(pattern, $0.programName, 0) != 0 }
  }

  /// Takes out of every recording what the rules name.
  mutating func suppress(_ rules: inout Suppressions, _ symbolizer: (any Symbolizer)?) {
    for index in recordings.indices {
      let result = rules.apply(to: recordings[index].recording, symbolizer: symbolizer)
      recordings[index].recording = result.recording
      recordings[index].suppressed = result.uses
    }
  }

  /// Moves a recording to `folder` as `NAME.PID.zleak`, or `NAME.PID-2.zleak` when that exists.
  mutating func keep(_ index: Int, in folder: String) throws(SystemError) {
    let entry = recordings[index]
    let place = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
    let name = "\(place)\(entry.programName).\(entry.processID)"
    for number in 1...10_000 {
      let target = number == 1 ? "\(name).zleak" : "\(name)-\(number).zleak"
      if try moveWithoutReplacing(entry.path, to: target) {
        recordings[index].path = target
        return
      }
    }
    throw SystemError("write", name + ".zleak", code: EEXIST)
  }
}
