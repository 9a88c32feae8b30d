// A campaign's file while the campaign runs: what is known, and what there is to try.
import LeakCheckKit

/// A campaign's file while the campaign runs.
struct CampaignState {
  var record: CampaignRecord
  let writer: CampaignWriter
  /// What there is to try.
  let queue: [Trial]

  /// Opens the file, and goes on from what it knows of the same campaign.
  init(
    _ request: CampaignRequest, _ setup: CampaignSetup, _ prepared: Preparation,
    after read: CampaignRecord?
  ) throws(Refusal) {
    let rebuilt = read.flatMap { Self.rebuilt($0.modules, prepared.modules) }
    let earlier = rebuilt == nil ? read : nil
    record = earlier ?? CampaignRecord(setup.identity)
    writer = try CampaignWriter(request.file, isNew: earlier == nil)
    if earlier == nil { writer.add(setup.identity.json) } else { try writer.goOn(after: record) }
    if !setup.identity.input.isEmpty, FileStatus(of: request.inputFile) == nil || earlier == nil {
      try InputSpool.keep(setup.input, at: request.inputFile)
    }
    record.remarks = setup.remarks + prepared.remarks
    if let rebuilt, let read {
      record.remarks.append(
        "\(rebuilt) was built anew: \(counted(read.trials.count, "earlier failure")) of "
          + "\(request.file) \(read.trials.count == 1 ? "is" : "are") left out")
    }
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
    let done = Set(record.trials.filter { $0.isDone(depth: request.depth) }.map(\.trial))
    let wanted = TrialOrder.sitesFirst(prepared.sites, request.shard)
    queue = wanted.filter { !done.contains($0) }
  }

  /// The module that is another build than it was; `nil` where all are the same.
  private static func rebuilt(_ earlier: ModuleList, _ now: ModuleList) -> String? {
    let builds = Dictionary(earlier.entries.map { ($0.path, $0.buildID) }) { first, _ in first }
    let other = now.entries.first { entry in
      builds[entry.path].map { $0 != entry.buildID } ?? false
    }
    return other.map { lastPart($0.path) }
  }

  /// What the file of an earlier campaign knows; `nil` when there is none.
  static func earlier(_ path: String) throws(Refusal) -> CampaignRecord? {
    guard let status = FileStatus(of: path) else { return nil }
    guard status.isRegular else {
      throw Refusal("cannot keep the campaign in \(path): it is no regular file")
    }
    return try CampaignRecord.read(path)
  }

  /// Adds sites that only a later run came to.
  mutating func add(_ later: [Site]) {
    writer.add(record.modules)
    let known = Set(record.sites.map(\.key))
    for site in later where !known.contains(site.key) {
      record.sites.append(site)
      writer.add(site.json)
    }
  }

  /// Forgets results, in the file too.
  func forget(_ trials: [Trial]) {
    guard !trials.isEmpty else { return }
    writer.add(.object([.init("forgotten", .array(trials.map { .string($0.name) }))]))
  }

  /// Keeps what was concluded: findings and remarks, in the place of earlier ones.
  ///
  /// A disk that is full takes the file, not the report: that is a remark more.
  mutating func keep(_ findings: [Finding]) {
    record.findings = findings
    do throws(Refusal) { try write(findings) } catch {
      record.remarks.append("the campaign's file lacks what was found last: \(error)")
    }
  }

  private func write(_ findings: [Finding]) throws(Refusal) {
    writer.add(record.modules)
    writer.add(.object([.init("conclusion", .count(record.trials.count))]))
    for remark in record.remarks { writer.add(.object([.init("remark", .string(remark))])) }
    for finding in findings { writer.add(finding.json) }
    try writer.flush(isDue: true)
  }
}
