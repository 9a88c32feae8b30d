// The frozen first line of a violation, once for the layer, which prints it in the process, and for
// the report. A change here goes to CHANGELOG.md.

/// Where the parts of a line go, in their order.
public protocol LineSink {
  /// Adds text.
  mutating func append(_ text: StaticString)
  /// Adds a number in decimal digits, without separators.
  mutating func append(_ number: UInt64)
  /// Adds an address as `0x` and hexadecimal digits.
  mutating func append(hex address: UInt)
}

extension LineSink {
  /// Adds `1 byte` or `N bytes`.
  public mutating func append(byteCount: UInt64) {
    append(byteCount)
    append(byteCount == 1 ? " byte" : " bytes")
  }
}

extension ViolationEntry {
  /// Says what happened: exact size, exact distance.
  ///
  /// - Parameter line: Where the line goes, without `zmalloc: ` and without a newline.
  public func writeFirstLine<Sink: LineSink>(to line: inout Sink) {
    switch ViolationKind(rawValue: kind) {
    case .overflow where access != 0:
      line.append("heap overflow: ")
      writeAccess(&line)
      writeOffset(" into ", &line)
    case .underflow where access != 0:
      line.append("heap underflow: ")
      writeAccess(&line)
      writeOffset(" into ", &line)
      line.append("the start of ")
    case .overflow:
      writeOverrun("heap overflow: ", distance &- Int64(truncatingIfNeeded: blockByteCount), &line)
      line.append("past the end of ")
    case .underflow:
      let gap = (0 &- distance) &- Int64(truncatingIfNeeded: changedByteCount)
      writeOverrun("heap underflow: ", gap, &line)
      line.append("before the start of ")
    case .doubleFree: line.append("double free of ")
    case .reallocAfterFree: line.append("realloc of freed ")
    case .writeAfterFree:
      line.append("write after free: ")
      line.append(byteCount: changedByteCount)
      line.append(" written ")
      writePlace(" into freed ", &line)
    case .useAfterFree:
      line.append("use after free: ")
      writeAccess(&line)
      writePlace(" into freed ", &line)
    case .interiorFree: writeInterior(&line)
    case .sizeMismatch, .familyMismatch: writeVerb(&line)
    case .invalidFree, nil:
      writePointer(&line)
      line.append(" that the allocator never gave out")
      return
    }
    line.append(blockByteCount)
    line.append("-byte block ")
    line.append(hex: UInt(truncatingIfNeeded: blockAddress))
    if ViolationKind(rawValue: kind) == .familyMismatch { return writeFamily(&line) }
    guard ViolationKind(rawValue: kind) == .sizeMismatch else { return }
    line.append(" with wrong size ")
    line.append(changedByteCount)
  }

  /// `free of`, `delete[] of`: what the call does with the block.
  private func writeVerb<Sink: LineSink>(_ line: inout Sink) {
    switch AllocationFamily(rawValue: family) {
    case .new: line.append("delete of ")
    case .newArray: line.append("delete[] of ")
    case .newAligned: line.append("aligned delete of ")
    case .newArrayAligned: line.append("aligned delete[] of ")
    default: line.append(isRealloc != 0 ? "realloc of " : "free of ")
    }
  }

  private func writeFamily<Sink: LineSink>(_ line: inout Sink) {
    switch AllocationFamily(rawValue: blockFamily) {
    case .malloc: line.append(" allocated by malloc")
    case .zmalloc: line.append(" allocated by zmalloc")
    case .new: line.append(" allocated by new")
    case .newArray: line.append(" allocated by new[]")
    case .newAligned: line.append(" allocated by aligned new")
    case .newArrayAligned: line.append(" allocated by aligned new[]")
    case .unknown, nil: line.append(" allocated by another function")
    }
  }

  private func writeAccess<Sink: LineSink>(_ line: inout Sink) {
    switch FaultAccess(rawValue: access) {
    case .read: line.append("read ")
    case .write: line.append("write ")
    case .either, nil: line.append("access ")
    }
    // What was recorded before anybody knew more has no "at".
    guard access != 0, distance != 0 || kind == ViolationKind.overflow.rawValue else { return }
    let isJustPast = distance >= 0 && distance.magnitude == blockByteCount
    line.append(isJustPast ? "just " : "at ")
  }

  private func writeOverrun<Sink: LineSink>(
    _ what: StaticString, _ gap: Int64, _ line: inout Sink
  ) {
    line.append(what)
    if isAtLeast != 0 { line.append("at least ") }
    line.append(byteCount: changedByteCount)
    line.append(" written ")
    guard gap > 0 else { return }
    line.append(byteCount: UInt64(gap))
    line.append(" ")
  }

  /// `at the start of freed`, `8 bytes into freed`; outside the block how far from it.
  private func writePlace<Sink: LineSink>(_ inside: StaticString, _ line: inout Sink) {
    guard distance != 0 else { return line.append("at the start of freed ") }
    writeOffset(inside, &line)
    if distance < 0 || distance.magnitude >= blockByteCount { line.append("freed ") }
  }

  private func writeInterior<Sink: LineSink>(_ line: inout Sink) {
    writePointer(&line)
    line.append(", ")
    writeOffset(" inside ", &line)
    if freed.operation != 0 { line.append("freed ") }
  }

  private func writePointer<Sink: LineSink>(_ line: inout Sink) {
    line.append(isRealloc != 0 ? "realloc of pointer " : "free of pointer ")
    line.append(hex: UInt(truncatingIfNeeded: pointer))
  }

  /// Where ``distance`` leads: before the block, inside, or past its end.
  private func writeOffset<Sink: LineSink>(_ inside: StaticString, _ line: inout Sink) {
    if distance < 0 {
      line.append(byteCount: distance.magnitude)
      line.append(" before ")
    } else if distance.magnitude < blockByteCount {
      line.append(byteCount: distance.magnitude)
      line.append(inside)
    } else {
      let gap = distance.magnitude - blockByteCount
      if gap > 0 {
        line.append(byteCount: gap)
        line.append(" ")
      }
      line.append("past the end of ")
    }
  }
}
