// From a recording to a report: group, choose what is shown, resolve those stacks at once, tell the
// story.
public import Recording

extension Report {
  /// Explains a recording.
  ///
  /// Only the stacks of what is shown are resolved, all in one go.
  public init(_ recording: Recording, _ request: ReportRequest) {
    sanitizer = SanitizerOptions(recording.meta)
    suppressed = request.suppressed
    let groups = LeakGroup.groups(of: recording.blocks)
    let limit = min(request.leakEntryLimit ?? .max, sanitizer.leakEntryLimit ?? .max)
    let shown = Array(groups.prefix(limit))
    let omitted = groups.dropFirst(shown.count)
    var resolver = StackResolver(recording, symbolizer: request.symbolizer)
    let sites = Self.reachableSites(recording, request)
    let shownSites = sites?.prefix(limit)
    resolver.prepare(
      Self.stacks(recording, shown, request) + (shownSites ?? []).map(\.stack))
    let teller = Teller(recording: recording, resolver: resolver, request: request)

    file = request.file
    meta = recording.meta
    let executable = recording.meta.string(.executable) ?? recording.meta.arguments.first
    programName = executable.map(lastPart) ?? "?"
    violations = recording.violations.enumerated().map { teller.violation($1, at: $0) }
    crash = recording.crash.map(teller.crash)
    leaks = shown.map(teller.leak)
    if sanitizer.reportsObjects {
      for index in shown.indices { leaks[index].objects = shown[index].objects(recording.blocks) }
    }
    since = request.since.map(teller.since)
    omittedLeakCount = omitted.count
    omittedBlockCount = omitted.reduce(0) { $0 + $1.blockCount }
    omittedByteCount = omitted.reduce(0) { $0 &+ $1.byteCount }
    reachable = shownSites?.map { site in
      ReachableFinding(
        blockCount: site.blockCount, byteCount: site.byteCount, stack: resolver.stack(site.stack))
    }
    omittedReachableCount = (sites?.count ?? 0) - (shownSites?.count ?? 0)
    let named = Self.faultNumbers(recording, shown)
    faults = recording.faults.enumerated()
      .filter { $0 < request.faultLimit || named.contains($1.number) }
      .map { teller.fault($1) }
    let tableBytes = groups.reduce(0) { $0 &+ $1.byteCount }
    leakedBlockCount = max(
      UInt64(recording.blocks.count), recording.meta.number(.lostBlockCount) ?? 0)
    leakedByteCount = max(tableBytes, recording.meta.number(.lostByteCount) ?? 0)
    violationCount = max(
      UInt64(recording.violations.count), recording.meta.number(.violationCount) ?? 0)
    notes = limitNotes(recording) + resolver.notes
    notes += sanitizer.remarks.filter { !request.knownRemarks.contains($0) }
    commands = []
    commands = nextCommands(recording, isShownAgain: request.isShownAgain)
  }

  /// The sites of reachable blocks, most bytes first; `nil` where nobody asked for them.
  private static func reachableSites(
    _ recording: Recording, _ request: ReportRequest
  ) -> [SinceSite]? {
    guard request.showsReachable else { return nil }
    return SinceSite.reachable(in: recording, since: request.since?.mark.number ?? 0)
  }

  /// The stacks of everything that is shown.
  private static func stacks(
    _ recording: Recording, _ groups: [LeakGroup], _ request: ReportRequest
  ) -> [UInt32] {
    var ids = request.since?.shown.map(\.stack) ?? []
    let faultNumbers = faultNumbers(recording, groups)
    for violation in recording.violations {
      ids += [
        violation.allocated.stack, violation.freed.stack, violation.noticed.stack,
        violation.below.stack, violation.above.stack,
      ]
    }
    for life in recording.earlierLives { ids += [life.allocated.stack, life.freed.stack] }
    ids += recording.observations.map(\.intact.stack)
    if let crash = recording.crash { ids.append(crash.stack) }
    let frees = FreedSiblings.stacks(recording)
    for group in groups {
      ids.append(group.stack)
      ids += frees[group.stack, default: []].prefix(FreedSiblings.resolvedLimit).map(\.stack)
      ids += group.children.prefix(request.resolvedChildCount).map(\.stack)
    }
    for (index, fault) in recording.faults.enumerated()
    where index < request.faultLimit || faultNumbers.contains(fault.number) {
      ids.append(fault.stack)
    }
    return ids
  }

  /// The numbers of the injected failures that the findings name.
  private static func faultNumbers(_ recording: Recording, _ groups: [LeakGroup]) -> Set<UInt32> {
    var numbers = Set(recording.violations.map(\.faultBefore))
    if let crash = recording.crash { numbers.insert(crash.faultBefore) }
    for group in groups {
      if let head = group.heads.first { numbers.insert(recording.blocks[head].faultBefore) }
    }
    return numbers
  }
}
