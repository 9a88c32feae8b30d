// A name for a finding that is the same in the next build: kind and functions, no addresses, no
// line numbers.

/// A stable name of a finding: 16 hexadecimal digits.
public struct Fingerprint: Sendable, Hashable {
  /// The digits.
  public var text: String

  /// The fingerprint of a finding of this kind at this site.
  ///
  /// It is FNV-1a (Fowler, Noll, Vo; 64 bits) over the kind and, for each frame that is no
  /// runtime's, the module's file name and the function. A stack of nothing but runtime frames
  /// counts as it is.
  public init(kind: String, site: ResolvedStack) {
    let own = site.frames.filter { $0.origin == .program || $0.origin == .library }
    let frames = own.isEmpty ? site.frames : own
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ word: String) {
      for byte in word.utf8 + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    add(kind)
    for frame in frames {
      add(frame.moduleName ?? "")
      add(frame.function ?? "")
    }
    let digits = String(hash, radix: 16)
    text = String(repeating: "0", count: 16 - digits.count) + digits
  }
}
