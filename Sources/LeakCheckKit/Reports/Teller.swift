// One entry of a recording at a time, with its names.
import Recording

/// Turns entries into findings; every stack it needs is prepared.
struct Teller {
  private let recording: Recording
  private let resolver: StackResolver
  private let request: ReportRequest
  private let threads: ThreadNames
  private let faultIndices: [UInt32: Int]
  private let frees: [UInt32: [(stack: UInt32, blockCount: UInt64)]]
  private let earlierLives: [UInt32: EarlierLifeEntry]
  private let observations: [UInt32: ObservationEntry]

  init(recording: Recording, resolver: StackResolver, request: ReportRequest) {
    self.recording = recording
    self.resolver = resolver
    self.request = request
    threads = ThreadNames(recording.threads)
    var indices: [UInt32: Int] = [:]
    for (index, fault) in recording.faults.enumerated() { indices[fault.number] = index }
    faultIndices = indices
    frees = FreedSiblings.stacks(recording)
    earlierLives = Dictionary(
      recording.earlierLives.map { ($0.violation, $0) }, uniquingKeysWith: { first, _ in first })
    observations = Dictionary(
      recording.observations.map { ($0.violation, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Tells of a violation.
  ///
  /// - Parameters:
  ///   - entry: The violation.
  ///   - index: Its index in the recording.
  /// - Returns: It, with its names.
  func violation(_ entry: ViolationEntry, at index: Int) -> ViolationFinding {
    let seen = observations[UInt32(index)]
    let kind = ViolationKind(rawValue: entry.kind) ?? .invalidFree
    let hasBlock = entry.knowledge != BlockKnowledge.none.rawValue && entry.blockAddress != 0
    let allocated = hasBlock || entry.allocated.stack != 0 ? moment(entry.allocated) : nil
    let isFreed = entry.freed.stack != 0 || entry.freed.operation != 0
    let noticed = moment(entry.noticed)
    let site = allocated.map(\.stack) ?? .none
    return ViolationFinding(
      kind: kind, firstLine: firstLine(entry), certainty: ViolationFinding.certainty(entry),
      isFoundAtEnd: entry.foundAtEnd != 0, pointer: entry.pointer,
      blockAddress: entry.blockAddress, blockByteCount: entry.blockByteCount,
      distance: entry.distance, changedByteCount: entry.changedByteCount, allocated: allocated,
      freed: isFreed ? moment(entry.freed) : nil, noticed: noticed,
      isNoticedBefore: seen?.isNoticedBefore == 1, access: FaultAccess(rawValue: entry.access),
      changedBytes: ChangedBytes.runs(entry), below: neighbour(entry.below),
      above: neighbour(entry.above), count: UInt64(entry.repeatCount) + 1,
      family: AllocationFamily(rawValue: entry.blockFamily) ?? .unknown,
      isRealloc: entry.isRealloc != 0, isAtLeast: entry.isAtLeast != 0,
      earlier: earlierLives[UInt32(index)].map(earlierLife),
      intact: seen.flatMap { $0.intact.operation == 0 ? nil : moment($0.intact) },
      continuation: seen.flatMap { Continuation(rawValue: $0.continuation) },
      continuesBelow: seen?.isOfBelow == 1, faultBefore: fault(number: entry.faultBefore),
      fingerprint: Fingerprint(
        kind: "\(kind)", site: site.frames.isEmpty ? noticed.stack : site))
  }

  private func earlierLife(_ entry: EarlierLifeEntry) -> ViolationFinding.EarlierLife {
    ViolationFinding.EarlierLife(
      byteCount: entry.byteCount, allocated: moment(entry.allocated), freed: moment(entry.freed))
  }

  func crash(_ entry: CrashEntry) -> CrashFinding {
    let here = moment(
      stack: entry.stack, thread: entry.thread, operation: entry.operation, time: 0)
    return CrashFinding(
      signal: entry.signal, code: entry.code, faultAddress: entry.faultAddress, moment: here,
      hasHandler: entry.hasHandler != 0, faultBefore: fault(number: entry.faultBefore),
      fingerprint: Fingerprint(kind: signalName(entry.signal), site: here.stack))
  }

  func leak(_ group: LeakGroup) -> LeakFinding {
    let first = group.heads.first.map { recording.blocks[$0] } ?? BlockEntry()
    let sizes = Set(group.heads.map { recording.blocks[$0].byteCount })
    let allocated = moment(
      stack: group.stack, thread: first.thread, operation: first.operation, time: 0)
    let children = children(group)
    let cycleLength =
      group.state == .cycle
      ? group.heads.first.map { LeakGroup.cycleLength(of: $0, in: recording.blocks) } ?? 0 : 0
    return LeakFinding(
      state: group.state, rootCount: group.heads.count,
      rootByteCount: sizes.count == 1 ? sizes.first : nil, blockCount: group.blockCount,
      byteCount: group.byteCount, firstAddress: first.address, cycleLength: cycleLength,
      allocated: allocated, children: Array(children.shown.prefix(request.childSiteLimit)),
      childSiteCount: group.children.count - children.mergedCount,
      freedSiblings: siblings(group.stack),
      faultBefore: fault(number: first.faultBefore),
      fingerprint: Fingerprint(
        kind: group.state == .unfreed ? "unfreed" : "leak", site: allocated.stack))
  }

  /// Where other blocks of this site were freed; stacks that a person would see as the same place
  /// are one.
  private func siblings(_ stack: UInt32) -> FreedSiblings? {
    guard stack != 0, let frees = frees[stack] else { return nil }
    var places: [FreedSiblings.Place] = []
    for free in frees.prefix(FreedSiblings.resolvedLimit) {
      let culprit = resolver.stack(free.stack).culprit
      let index = places.firstIndex { place in
        guard let culprit, let known = place.culprit else { return false }
        return placeAndFunction(known) == placeAndFunction(culprit)
      }
      if let index {
        places[index].blockCount &+= free.blockCount
      } else {
        places.append(FreedSiblings.Place(blockCount: free.blockCount, culprit: culprit))
      }
    }
    let order = places.enumerated().sorted {
      $0.element.blockCount != $1.element.blockCount
        ? $0.element.blockCount > $1.element.blockCount : $0.offset < $1.offset
    }
    return FreedSiblings(
      blockCount: frees.reduce(0) { $0 &+ $1.blockCount },
      places: order.prefix(FreedSiblings.placeLimit).map(\.element))
  }

  /// What the heads hold; stacks that a person would see as the same place are one.
  private func children(_ group: LeakGroup) -> (shown: [LeakFinding.Child], mergedCount: Int) {
    var shown: [LeakFinding.Child] = []
    var places: [String: Int] = [:]
    var mergedCount = 0
    for child in group.children.prefix(request.resolvedChildCount) {
      let culprit = resolver.stack(child.stack).culprit
      let place = culprit.map { "\(placeName($0)) \($0.title)" } ?? "stack \(child.stack)"
      if let index = places[place] {
        shown[index].blockCount += child.blockCount
        shown[index].byteCount &+= child.byteCount
        mergedCount += 1
      } else {
        places[place] = shown.count
        shown.append(
          LeakFinding.Child(
            blockCount: child.blockCount, byteCount: child.byteCount, culprit: culprit))
      }
    }
    shown.sort { $0.byteCount > $1.byteCount }
    return (shown, mergedCount)
  }

  func since(_ request: SinceRequest) -> SinceMark {
    SinceMark(
      number: request.mark.number, time: request.mark.time,
      blockCount: request.sites.reduce(0) { $0 &+ $1.blockCount },
      byteCount: request.sites.reduce(0) { $0 &+ $1.byteCount },
      sites: request.shown.map { site in
        LeakFinding.Child(
          blockCount: Int(clamping: site.blockCount), byteCount: site.byteCount,
          culprit: resolver.stack(site.stack).culprit)
      }, siteCount: request.sites.count)
  }

  func fault(_ entry: FaultEntry) -> FaultFinding {
    FaultFinding(
      number: entry.number, point: entry.point, byteCount: entry.byteCount,
      family: AllocationFamily(rawValue: UInt8(clamping: entry.family)) ?? .unknown,
      moment: moment(
        stack: entry.stack, thread: entry.thread, operation: entry.operation, time: 0))
  }

  private func fault(number: UInt32) -> EarlierFault? {
    guard number != 0 else { return nil }
    return EarlierFault(
      number: number, fault: faultIndices[number].map { fault(recording.faults[$0]) })
  }

  private func neighbour(_ entry: NeighbourEntry) -> ViolationFinding.Neighbour? {
    guard entry.address != 0 else { return nil }
    return ViolationFinding.Neighbour(
      address: entry.address, byteCount: entry.byteCount, isFreed: entry.isFreed != 0,
      stack: resolver.stack(entry.stack))
  }

  private func moment(_ entry: MomentEntry) -> Moment {
    moment(
      stack: entry.stack, thread: entry.thread, operation: entry.operation, time: entry.time)
  }

  private func moment(stack: UInt32, thread: UInt32, operation: UInt64, time: UInt64) -> Moment {
    Moment(
      stack: resolver.stack(stack), thread: thread, threadName: threads[thread],
      operation: operation, time: time)
  }
}

/// A frame's place in few words: `parse.c:210`, or the function where no line is known.
func placeName(_ frame: Frame) -> String {
  guard let location = frame.location else { return frame.title }
  return "\(lastPart(location.file)):\(location.line)"
}
