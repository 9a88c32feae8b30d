// Random damage to the bytes of a recording, the same in each run.

/// Damages bytes, each time otherwise.
public struct Damage {
  private var state: UInt64

  /// Makes damage that this number repeats.
  public init(seed: UInt64) { state = seed }

  /// `bytes` with one to four of them changed, and now and then the end cut off.
  public mutating func done(to bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...Int(next() % 4) {
      let place = Int(next() % UInt64(bytes.count))
      let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: next())]
      bytes[place] = values[Int(next() % UInt64(values.count))]
    }
    if next() % 8 == 0 { bytes.removeLast(Int(next() % UInt64(bytes.count))) }
    return bytes
  }

  /// Reproducible numbers: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators"
  /// (2014).
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
