// Which allocations fail on purpose, as a value: the same plans as `fail=` of `ZMALLOC_DEBUG`.

/// A plan that says which allocations fail.
///
/// An allocation fails if one of the plan's terms says so. Numbers count the allocations of the
/// code that the plan is for, from 1; an allocation of zero bytes is never counted.
///
/// ```swift
/// let plan: FaultPlan = .nth(3) + .sizes(4096...)
/// ```
public struct FaultPlan: Sendable, Hashable {
  /// The plan as `ZMALLOC_DEBUG` spells it; empty for ``none``.
  public let text: String
  /// What plans that choose by chance draw from: the same seed, the same choice.
  public var seed: UInt64 = 0

  private init(_ text: String, seed: UInt64 = 0) {
    self.text = text
    self.seed = seed
  }

  /// Nothing fails.
  public static let none = FaultPlan("")
  /// Every allocation fails.
  public static let all = FaultPlan("from:1")
  /// The first allocation of each call stack fails.
  public static let oncePerSite = FaultPlan("once-per-site")

  /// One allocation fails.
  ///
  /// - Parameter number: Which one, from 1.
  /// - Returns: The plan.
  public static func nth(_ number: Int) -> FaultPlan { FaultPlan("nth:\(positive(number))") }

  /// An allocation and all after it fail.
  ///
  /// - Parameter number: The first that fails, from 1.
  /// - Returns: The plan.
  public static func from(_ number: Int) -> FaultPlan { FaultPlan("from:\(positive(number))") }

  /// Some allocations in a row fail, which defeats a loop that tries again.
  ///
  /// - Parameters:
  ///   - number: The first that fails, from 1.
  ///   - count: How many fail, from 1.
  /// - Returns: The plan.
  public static func burst(at number: Int, count: Int) -> FaultPlan {
    FaultPlan("burst:\(positive(number)),\(positive(count))")
  }

  /// Every so many allocations one fails.
  ///
  /// - Parameter interval: 1 for each, 2 for every other one.
  /// - Returns: The plan.
  public static func every(_ interval: Int) -> FaultPlan {
    FaultPlan("every:\(positive(interval))")
  }

  /// A share of the allocations fails, chosen by chance.
  ///
  /// - Parameters:
  ///   - perMillion: How many of a million, 0 to 1,000,000.
  ///   - seed: The same seed chooses the same allocations.
  /// - Returns: The plan.
  public static func rate(perMillion: Int, seed: UInt64 = 0) -> FaultPlan {
    precondition((0...1_000_000).contains(perMillion), "a share is 0 to 1,000,000 of a million")
    let digits = String(perMillion + 1_000_000).dropFirst()
    return FaultPlan(perMillion == 1_000_000 ? "rate:1" : "rate:0.\(digits)", seed: seed)
  }

  /// Allocations fail that would lift the live bytes of the process past a limit.
  ///
  /// - Parameter byteCount: The limit.
  /// - Returns: The plan.
  public static func liveBytes(above byteCount: Int) -> FaultPlan {
    FaultPlan("bytes:\(min(notNegative(byteCount), largestByteCount))")
  }

  /// Allocations of these sizes fail.
  ///
  /// - Parameter byteCounts: Bytes asked for.
  /// - Returns: The plan.
  public static func sizes(_ byteCounts: ClosedRange<Int>) -> FaultPlan {
    let upper = min(byteCounts.upperBound, largestByteCount)
    return FaultPlan("size:\(min(notNegative(byteCounts.lowerBound), upper))-\(upper)")
  }

  /// Allocations of this size or more fail.
  ///
  /// - Parameter byteCounts: Bytes asked for.
  /// - Returns: The plan.
  public static func sizes(_ byteCounts: PartialRangeFrom<Int>) -> FaultPlan {
    .sizes(byteCounts.lowerBound...Int.max)
  }

  /// Allocations fail that have a function in their call stack.
  ///
  /// - Parameter name: The linker's name, where `*` stands for any bytes and `?` for one.
  /// - Returns: The plan.
  public static func function(_ name: String) -> FaultPlan {
    precondition(
      (1...100).contains(name.utf8.count) && !name.utf8.contains(0x2B),
      "a function's name has 1 to 100 bytes and no '+'")
    return FaultPlan("function:\(name)")
  }

  /// Allocations fail that code of a module asks for.
  ///
  /// - Parameter name: The file's name without its folder, where `*` stands for any bytes and `?`
  ///   for one.
  /// - Returns: The plan.
  public static func module(_ name: String) -> FaultPlan {
    precondition(
      (1...100).contains(name.utf8.count) && !name.utf8.contains(0x2B),
      "a module's name has 1 to 100 bytes and no '+'")
    return FaultPlan("module:\(name)")
  }

  /// Allocations from one call stack fail.
  ///
  /// - Parameters:
  ///   - key: The stack's key, as recordings and the files of campaigns have it.
  ///   - occurrence: Which of its allocations, from 1; nil for all.
  ///   - onward: Whether all allocations after that one fail too, from wherever.
  /// - Returns: The plan.
  public static func site(
    _ key: UInt64, occurrence: Int? = nil, onward: Bool = false
  ) -> FaultPlan {
    precondition(occurrence != nil || !onward, "from which one on, says its number")
    let place = occurrence.map { "@\(positive($0))" } ?? ""
    return FaultPlan("site:\(String(key, radix: 16))\(place)\(onward ? "-" : "")")
  }

  /// Bytes say which allocations fail: bit 0 of the first byte is the first allocation.
  ///
  /// For fuzzers. What is past the bytes does not fail.
  ///
  /// - Parameter bytes: At most 256; more are left out.
  /// - Returns: The plan.
  public static func schedule(_ bytes: some Sequence<UInt8>) -> FaultPlan {
    let digits = bytes.prefix(256).map { byte in
      String(UInt(byte) + 256, radix: 16).dropFirst()
    }
    return digits.isEmpty ? .none : FaultPlan("schedule:\(digits.joined())")
  }

  /// The terms of both plans, at most 8; the seed is that of the first that chooses by chance.
  public static func + (first: FaultPlan, second: FaultPlan) -> FaultPlan {
    if first.text.isEmpty { return second }
    if second.text.isEmpty { return first }
    let seed = first.text.contains("rate:") ? first.seed : second.seed
    let text = "\(first.text)+\(second.text)"
    precondition(text.utf8.count(where: { $0 == 0x2B }) < 8, "a plan has at most 8 terms")
    return FaultPlan(text, seed: seed)
  }

  /// No block is larger: addresses have 47 bits.
  private static let largestByteCount = 1 << 47

  private static func positive(_ number: Int) -> Int {
    precondition(number > 0, "allocations are counted from 1")
    return number
  }

  private static func notNegative(_ byteCount: Int) -> Int {
    precondition(byteCount >= 0, "a byte count is not negative")
    return byteCount
  }
}
