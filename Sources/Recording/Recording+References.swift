// What ties the sections together: stack ids, tree heads and parents, and values that name a case.
import RecordingFormat

extension Recording {
  /// Checks everything that one section says about another.
  func checkReferences(_ places: SectionPlaces) throws(RecordingError) {
    try checkBlocks(places)
    for (index, site) in sites.enumerated() where !stacks.resolves(site.stack) {
      throw places.failure(.unknownStack(site.stack), .sites, index: index)
    }
    for (index, sibling) in siblings.enumerated() {
      for id in [sibling.allocationStack, sibling.freeStack] where !stacks.resolves(id) {
        throw places.failure(.unknownStack(id), .siblings, index: index)
      }
    }
    for (index, fault) in faults.enumerated() where !stacks.resolves(fault.stack) {
      throw places.failure(.unknownStack(fault.stack), .faults, index: index)
    }
    for (index, point) in points.enumerated() where !stacks.resolves(point.stack) {
      throw places.failure(.unknownStack(point.stack), .points, index: index)
    }
    if let crash, !stacks.resolves(crash.stack) {
      throw places.failure(.unknownStack(crash.stack), .crash, index: 0)
    }
    for (index, violation) in violations.enumerated() {
      try check(violation, at: index, places)
    }
    for (index, life) in earlierLives.enumerated() {
      guard Int(life.violation) < violations.count else {
        throw places.failure(.badValue(UInt64(life.violation)), .earlierLives, index: index)
      }
      for id in [life.allocated.stack, life.freed.stack] where !stacks.resolves(id) {
        throw places.failure(.unknownStack(id), .earlierLives, index: index)
      }
    }
    for (index, observation) in observations.enumerated() {
      try check(observation, at: index, places)
    }
  }

  private func check(
    _ observation: ObservationEntry, at index: Int, _ places: SectionPlaces
  ) throws(RecordingError) {
    guard Int(observation.violation) < violations.count else {
      throw places.failure(.badValue(UInt64(observation.violation)), .observations, index: index)
    }
    let continuation = observation.continuation
    guard continuation == 0 || Continuation(rawValue: continuation) != nil else {
      throw places.failure(.badValue(UInt64(continuation)), .observations, index: index)
    }
    guard stacks.resolves(observation.intact.stack) else {
      throw places.failure(
        .unknownStack(observation.intact.stack), .observations, index: index)
    }
  }

  private func checkBlocks(_ places: SectionPlaces) throws(RecordingError) {
    for (index, block) in blocks.enumerated() {
      guard stacks.resolves(block.stack) else {
        throw places.failure(.unknownStack(block.stack), .blocks, index: index)
      }
      guard let state = BlockState(rawValue: block.state) else {
        throw places.failure(.badValue(UInt64(block.state)), .blocks, index: index)
      }
      let head = Int(block.head)
      // A head is its own head: so no chain of heads is longer than one, and none is a circle.
      guard head < blocks.count, blocks[head].head == block.head,
        state == .held || head == index
      else {
        throw places.failure(.badTree(block.head), .blocks, index: index)
      }
      guard block.parent == BlockEntry.noIndex || Int(block.parent) < blocks.count else {
        throw places.failure(.badTree(block.parent), .blocks, index: index)
      }
    }
  }

  private func check(
    _ violation: ViolationEntry, at index: Int, _ places: SectionPlaces
  ) throws(RecordingError) {
    guard ViolationKind(rawValue: violation.kind) != nil else {
      throw places.failure(.badValue(UInt64(violation.kind)), .violations, index: index)
    }
    guard violation.evidenceByteCount <= 32 else {
      throw places.failure(
        .badValue(UInt64(violation.evidenceByteCount)), .violations, index: index)
    }
    guard violation.access == 0 || FaultAccess(rawValue: violation.access) != nil else {
      throw places.failure(.badValue(UInt64(violation.access)), .violations, index: index)
    }
    let ids = [
      violation.allocated.stack, violation.freed.stack, violation.noticed.stack,
      violation.below.stack, violation.above.stack,
    ]
    for id in ids where !stacks.resolves(id) {
      throw places.failure(.unknownStack(id), .violations, index: index)
    }
  }
}
