// The state of a campaign: a file of JSON values, one a line, only ever appended to. A campaign
// that was killed goes on from it, parts of one campaign are united from theirs.
import Glibc
import LeakCheckKit
import Synchronization

/// What a campaign is about: two with the same can be united.
struct CampaignIdentity: Sendable, Equatable {
  var program: String
  var arguments: [String]
  var folder: String
  var options: String
  var families: String
  /// A digest of what the program reads from its standard input; empty when that is empty.
  var input = ""
}

/// What is known of one trial.
struct TrialRecord: Sendable, Equatable {
  var trial: Trial
  var judgement: Judgement
  var engine: Engine
  /// The sites that only this failure led to; `nil` where nobody looked.
  var opened: [UInt64]?

  /// Whether all is known that a campaign of this depth wants to know.
  func isDone(depth: Int) -> Bool { depth == 1 || trial.kind != .once || opened != nil }
}

/// Everything that a campaign's file says.
struct CampaignRecord: Sendable {
  var identity: CampaignIdentity
  var modules = ModuleList()
  /// In the order of their first points.
  var sites: [Site] = []
  var trials: [TrialRecord] = []
  var findings: [Finding] = []
  /// Sentences about the campaign.
  var remarks: [String] = []

  init(_ identity: CampaignIdentity) { self.identity = identity }
}

extension CampaignRecord {
  /// Reads a campaign's file; a last line that was cut is left out.
  static func read(_ path: String) throws(Refusal) -> CampaignRecord {
    let bytes: [UInt8]
    do { bytes = try OpenFile.contents(of: path) } catch { throw Refusal("\(error)") }
    // With the empty ones: a line is named by the number that an editor shows.
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
      .filter { !$0.element.isEmpty }
    guard let head = (lines.first?.element).flatMap({ JSON(parsing: $0) }),
      head["zleakcheck"]?.text == "campaign", let identity = CampaignIdentity(head)
    else { throw Refusal("cannot read \(path): it is no campaign's file") }
    guard head["version"]?.integer == version else {
      throw Refusal("cannot read \(path): it is of another version")
    }
    var record = CampaignRecord(identity)
    var places: [Trial: Int] = [:]
    for (number, line) in lines.dropFirst() {
      guard let value = JSON(parsing: line) else {
        if number == lines.last?.offset { break }
        throw Refusal("cannot read \(path): line \(number + 1) is damaged")
      }
      guard record.add(value, &places) else {
        throw Refusal("cannot read \(path): line \(number + 1) says nothing that is known")
      }
    }
    return record
  }

  static let version: Int64 = 1

  private mutating func add(_ value: JSON, _ places: inout [Trial: Int]) -> Bool {
    if let path = value["module"]?.text {
      let entry = ModuleList.Entry(
        path: path, buildID: value["build"]?.text ?? "", isProgram: value["program"] == .bool(true))
      return modules.index(of: entry) == modules.entries.count - 1
    }
    if value["site"] != nil, let site = Site(value), knows(site.frames) {
      if !sites.contains(where: { $0.key == site.key }) { sites.append(site) }
      return true
    }
    if value["trial"] != nil, let trial = TrialRecord(value) {
      // Of a trial that was done again the last result counts.
      if let place = places[trial.trial] {
        trials[place] = trial
      } else {
        places[trial.trial] = trials.count
        trials.append(trial)
      }
      return true
    }
    if let names = value["forgotten"]?.elements {
      let gone = Set(names.compactMap { $0.text.flatMap(Trial.init(name:)) })
      trials.removeAll { gone.contains($0.trial) }
      places = Dictionary(uniqueKeysWithValues: trials.enumerated().map { ($1.trial, $0) })
      return true
    }
    if value["finding"] != nil, let finding = Finding(value),
      knows(finding.breakStack.frames + finding.faultStack.frames)
    {
      findings.removeAll { $0.id == finding.id }
      findings.append(finding)
      return true
    }
    if let remark = value["remark"]?.text {
      if !remarks.contains(remark) { remarks.append(remark) }
      return true
    }
    if value["conclusion"] != nil {
      // What was concluded before holds no more.
      findings = []
      remarks = []
      return true
    }
    return false
  }

  /// Whether the modules of these frames were named before.
  private func knows(_ frames: [SiteFrame]) -> Bool {
    frames.allSatisfy { $0.module < modules.entries.count }
  }
}

/// Appends to a campaign's file; any thread may.
final class CampaignWriter: Sendable {
  private struct Pending: Sendable {
    var bytes: [UInt8] = []
    var writtenModules = 0
    var lastFlush = now()
  }

  private let descriptor: CInt
  private let path: String
  private let pending = Mutex(Pending())

  /// Makes the file anew, or opens it to go on.
  ///
  /// - Throws: A sentence when it cannot be written, or while another campaign writes it.
  init(_ path: String, isNew: Bool) throws(Refusal) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0o666)
    guard descriptor >= 0 else {
      throw Refusal("cannot write the campaign's file \(path): \(SystemError.text(errno))")
    }
    // A file system without locks is no reason to do nothing.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw Refusal("another campaign is writing \(path): give this one --state of its own")
    }
    if isNew { ftruncate(descriptor, 0) }
  }

  deinit { close(descriptor) }

  /// Goes on behind what was read: a last line that was cut is taken away, a whole one is ended.
  func goOn(after record: CampaignRecord) throws(Refusal) {
    let bytes: [UInt8]
    do { bytes = try OpenFile.contents(of: path) } catch { throw Refusal("\(error)") }
    let end = (bytes.lastIndex { $0 != 0x0A } ?? -1) + 1
    let start = (bytes[..<end].lastIndex(of: 0x0A) ?? -1) + 1
    if JSON(parsing: bytes[start..<end]) == nil {
      guard ftruncate(descriptor, off_t(start)) == 0 else {
        throw Refusal("cannot write the campaign's file \(path): \(SystemError.text(errno))")
      }
    } else if end == bytes.count {
      pending.withLock { $0.bytes.append(0x0A) }
    }
    pending.withLock { $0.writtenModules = record.modules.entries.count }
  }

  /// Adds a line.
  func add(_ value: JSON) {
    let line = Array(value.compact().utf8) + [0x0A]
    pending.withLock { $0.bytes += line }
  }

  /// Writes modules that were added since the last time.
  func add(_ modules: ModuleList) {
    let fresh = pending.withLock { pending in
      defer { pending.writtenModules = modules.entries.count }
      return modules.entries[pending.writtenModules...]
    }
    for entry in fresh {
      add(
        .object([
          .init("module", .string(entry.path)), .init("build", .string(entry.buildID)),
          .init("program", .bool(entry.isProgram)),
        ]))
    }
  }

  /// Writes what waits, at most ten times a second unless it has to be now.
  func flush(isDue: Bool = false) throws(Refusal) {
    let bytes: [UInt8] = pending.withLock { pending in
      guard !pending.bytes.isEmpty, isDue || now() - pending.lastFlush > 0.1 else { return [] }
      pending.lastFlush = now()
      defer { pending.bytes = [] }
      return pending.bytes
    }
    guard !bytes.isEmpty else { return }
    let end = lseek(descriptor, 0, SEEK_END)
    do throws(SystemError) {
      try OutputFile.write(bytes, to: descriptor, path)
    } catch {
      // On a full disk: no half of a line, and what waits is tried again with the next.
      if end >= 0 { ftruncate(descriptor, end) }
      pending.withLock { $0.bytes = bytes + $0.bytes }
      throw Refusal("\(error)")
    }
  }
}
