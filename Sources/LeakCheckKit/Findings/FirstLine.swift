// The frozen first line of a violation: the layer prints the same, after `zmalloc: `.
package import Recording

/// The first line of a violation: what happened, exact size, exact distance.
///
/// The words are frozen: the layer in the process writes the same ones, and tests compare them.
package func firstLine(_ violation: ViolationEntry) -> String {
  let block = "\(violation.blockByteCount)-byte block \(hexadecimal(violation.blockAddress))"
  let pointer = hexadecimal(violation.pointer)
  switch ViolationKind(rawValue: violation.kind) {
  case .overflow:
    let gap = violation.distance &- Int64(clamping: violation.blockByteCount)
    let written = bytesWritten(violation)
    return gap > 0
      ? "heap overflow: \(written) \(byteCount(UInt64(gap))) past the end of \(block)"
      : "heap overflow: \(written) past the end of \(block)"
  case .underflow:
    let gap = (0 &- violation.distance) &- Int64(clamping: violation.changedByteCount)
    let written = bytesWritten(violation)
    return gap > 0
      ? "heap underflow: \(written) \(byteCount(UInt64(gap))) before the start of \(block)"
      : "heap underflow: \(written) before the start of \(block)"
  case .doubleFree:
    return "double free of \(block)"
  case .invalidFree:
    return "free of pointer \(pointer) that the allocator never gave out"
  case .interiorFree:
    return "free of pointer \(pointer), \(byteCount(violation.distance.magnitude)) inside \(block)"
  case .writeAfterFree:
    let place =
      violation.distance == 0
      ? "at the start of freed" : "\(byteCount(violation.distance.magnitude)) into freed"
    return "write after free: \(bytesWritten(violation)) \(place) \(block)"
  case .reallocAfterFree:
    return "realloc of freed \(block)"
  case .sizeMismatch:
    return "free of \(block) with wrong size \(violation.changedByteCount)"
  case .useAfterFree:
    let place =
      violation.distance == 0
      ? "at the start of freed" : "\(byteCount(violation.distance.magnitude)) into freed"
    return "use after free: access \(place) \(block)"
  case nil:
    return "heap violation \(violation.kind) of \(block)"
  }
}

private func bytesWritten(_ violation: ViolationEntry) -> String {
  byteCount(violation.changedByteCount) + " written"
}

/// Without thousands: the layer in the process writes plain digits.
private func byteCount(_ count: UInt64) -> String { "\(count) \(count == 1 ? "byte" : "bytes")" }
