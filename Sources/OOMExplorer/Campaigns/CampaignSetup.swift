// What a campaign needs before the program runs: the program, the library, the folder, the input.
import CLinux
import Glibc
import LeakCheckKit
import RecordingFormat

/// What all lanes have in common, and what was noticed on the way.
struct CampaignSetup {
  var setting: LaneSetting
  var remarks: [String]
  let identity: CampaignIdentity
  /// Kept open: the lanes open it again.
  private let input: MemoryFile

  init(_ request: CampaignRequest, scratch: String) throws(Refusal) {
    let program = try CheckedProgram(request.command[0])
    let library = try PreloadLibrary()
    remarks = program.warnings
    let source = request.folder ?? currentFolder() ?? "/"
    guard let folder = realPath(source), FileStatus(of: folder)?.isFolder == true else {
      throw Refusal("cannot copy the folder \(source): \(SystemError.text(ENOENT))")
    }
    if !clinux_pin_addresses() {
      remarks.append("addresses could not be pinned: the program may not be the same each time")
    }
    if !clinux_adopt_orphans() {
      remarks.append("processes that the program leaves behind cannot be ended")
    }
    let (file, remark) = try InputSpool.make()
    input = file
    if let remark { remarks.append(remark) }
    var options = request.options
    if request.hasFixedTime {
      options = [options, "fixed-time"].compactMap { $0 }.joined(separator: ",")
    }
    // A path without a slash was found in PATH; one with a slash is seen from another folder.
    let path = program.path.hasPrefix("/") ? program.path : (realPath(program.path) ?? program.path)
    setting = LaneSetting(
      program: path, arguments: request.command,
      environment: PinnedEnvironment.make(from: currentEnvironment()), library: library,
      options: options, sourceFolder: folder, scratch: scratch,
      inputPath: "/proc/self/fd/\(file.descriptor)")
    identity = CampaignIdentity(
      program: path, arguments: request.command, folder: folder, options: options ?? "",
      families: request.families.rawValue)
  }
}

/// A campaign's file while the campaign runs.
struct CampaignState {
  var record: CampaignRecord
  let writer: CampaignWriter
  /// What there is to try.
  let queue: [Trial]

  /// Opens the file, and goes on from what it knows of the same campaign.
  init(
    _ request: CampaignRequest, _ setup: CampaignSetup, _ prepared: Preparation
  ) throws(Refusal) {
    let earlier = try Self.earlier(request.file, setup.identity)
    record = earlier ?? CampaignRecord(setup.identity)
    writer = try CampaignWriter(request.file, isNew: earlier == nil)
    if earlier == nil { writer.add(setup.identity.json) } else { try writer.goOn(after: record) }
    record.remarks = setup.remarks + prepared.remarks
    // Frames of the sites name modules by this campaign's list.
    let known = Set(record.sites.map(\.key))
    var modules = record.modules
    let moved = prepared.modules.entries.map { modules.index(of: $0) }
    record.modules = modules
    writer.add(modules)
    for var site in prepared.sites where !known.contains(site.key) {
      site.frames = site.frames.map { frame in
        SiteFrame(module: frame.module < 0 ? -1 : moved[frame.module], offset: frame.offset)
      }
      record.sites.append(site)
      writer.add(site.json)
    }
    try writer.flush(isDue: true)
    let done = Set(record.trials.map(\.trial))
    let wanted = TrialOrder.sitesFirst(prepared.sites, request.shard)
    queue = wanted.filter { !done.contains($0) }
  }

  private static func earlier(
    _ path: String, _ identity: CampaignIdentity
  ) throws(Refusal) -> CampaignRecord? {
    guard let status = FileStatus(of: path) else { return nil }
    guard status.isRegular else {
      throw Refusal("cannot keep the campaign in \(path): it is no regular file")
    }
    let record = try CampaignRecord.read(path)
    guard record.identity == identity else {
      throw Refusal(
        "\(path) is the file of another campaign; name another one by --state, or remove it")
    }
    return record
  }

  /// Keeps what was concluded: findings and remarks, in the place of earlier ones.
  mutating func keep(_ findings: [Finding]) throws(Refusal) {
    record.findings = findings
    writer.add(record.modules)
    writer.add(.object([.init("conclusion", .count(record.trials.count))]))
    for remark in record.remarks { writer.add(.object([.init("remark", .string(remark))])) }
    for finding in findings { writer.add(finding.json) }
    try writer.flush(isDue: true)
  }
}

/// Which engine suits a program, by its first runs.
struct EngineChoice {
  var engine: Engine
  var reason: String

  init(_ prepared: Preparation) {
    let before = prepared.judge.plain.page.pointsBeforeFork
    let early = prepared.sites.count { $0.firstPoint <= before }
    let hasServer = prepared.judge.plain.page.pointsBeforeFork != UInt64.max
    let share = prepared.sites.isEmpty ? 0 : early * 100 / prepared.sites.count
    guard hasServer, share < 50 else {
      engine = .rerun
      reason = "engine rerun: \(share)% of the sites lie before main, where no copy can be made"
      return
    }
    let late = prepared.sites.reduce(0.0) { $0 + $1.seconds }
    let mean = late / Double(max(1, prepared.sites.count)) / max(1e-6, prepared.seconds)
    if mean > 0.5 {
      engine = .split
      reason =
        "engine split: the way to a site is \(Int(mean * 100))% of a run, and is gone once"
    } else {
      engine = .server
      reason = "engine server: the program need not be loaded again"
    }
  }
}
