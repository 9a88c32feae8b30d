// The heap mistakes, each with the exact first line that it has to give.

/// A scenario with the first line of its report.
struct Violation: Sendable, CustomStringConvertible {
  /// The program.
  var scenario: Scenario
  /// The whole line, or how it starts where the rest depends on the heap's layout.
  var line: String
  /// Whether ``line`` is the whole line.
  var isWhole = true

  var description: String { scenario.description }

  /// Whether a first line is the expected one.
  func matches(_ found: String) -> Bool { isWhole ? found == line : found.hasPrefix(line) }
}

extension Violation {
  /// Sizes at the edges of classes, pages and thresholds.
  static let sizes = [0, 1, 7, 8, 15, 16, 17, 24, 4095, 4096, 4097, 65_536, 1 << 20]

  static func overflow(_ program: String, _ size: Int, _ count: Int) -> Violation {
    Violation(
      scenario: Scenario(program, size, count),
      line: "zmalloc: heap overflow: \(bytes(count)) written past the end of "
        + "\(size)-byte block 0x…")
  }

  static func underflow(_ program: String, _ size: Int, _ count: Int) -> Violation {
    Violation(
      scenario: Scenario(program, size, count),
      line: "zmalloc: heap underflow: \(bytes(count)) written before the start of "
        + "\(size)-byte block 0x…")
  }

  static func foreign(
    _ program: String, _ arguments: [String] = [], call: String = "free"
  ) -> Violation {
    Violation(
      scenario: Scenario(program, arguments),
      line: "zmalloc: \(call) of pointer 0x… that the allocator never gave out")
  }

  static let overflows: [Violation] =
    sizes.flatMap { size in [1, 3, 8].map { overflow("overflow_any_freed", size, $0) } }
    + [0, 24, 70_000].flatMap { size in
      [
        overflow("overflow_any_realloc", size, 2), overflow("overflow_any_atEnd", size, 3),
        overflow("overflow_any_zeroed", size, 1), overflow("overflow_any_grown", max(size, 1), 1),
        overflow("overflow_any_shrunk", max(size, 1), 1),
      ]
    }
    + [1, 4, 7].map { distance in
      Violation(
        scenario: Scenario("overflow_any_gap", 24, distance),
        line: "zmalloc: heap overflow: 1 byte written \(bytes(distance)) past the end of "
          + "24-byte block 0x…")
    }
    + [
      Violation(
        scenario: Scenario("overflow_small_far"), line: "zmalloc: heap overflow: ", isWhole: false)
    ]

  static let underflows: [Violation] =
    sizes.flatMap { size in [1, 3, 8].map { underflow("underflow_any_freed", size, $0) } }
    + [24, 70_000].flatMap { size in
      [
        underflow("underflow_any_realloc", size, 2), underflow("underflow_any_atEnd", size, 3),
      ]
    }
    // In the canary, and in the words before it.
    + [1, 4, 7, 8, 12, 15].map { distance in
      Violation(
        scenario: Scenario("underflow_any_gap", 24, distance),
        line: "zmalloc: heap underflow: 1 byte written \(bytes(distance)) before the start of "
          + "24-byte block 0x…")
    }
    + [
      // Nothing is left of the prefix, and the record still knows the block.
      Violation(
        scenario: Scenario("underflow_any_freed", 24, 16), line: "zmalloc: heap underflow: ",
        isWhole: false)
    ]

  static let doubleFrees: [Violation] =
    ([0, 1, 64, 4096, 65_536, 1 << 20].map { size in
      doubleFree(size, Scenario("doubleFree_any_atOnce", size))
    }
      + [0, 64, 1000].map { size in
        doubleFree(size, Scenario("doubleFree_any_released", size, options: "quarantine=64KiB"))
      }
      + [
        // Larger than the quarantine: released at once, and its prefix is unmapped.
        doubleFree(
          1 << 20, Scenario("doubleFree_any_atOnce", 1 << 20, options: "quarantine=64KiB")),
        doubleFree(
          1 << 20, Scenario("doubleFree_any_released", 1 << 20, options: "quarantine=64KiB")),
        doubleFree(1 << 20, Scenario("doubleFree_huge_blocked")),
        doubleFree(1 << 20, Scenario("doubleFree_huge_blocked", options: "quarantine=64KiB")),
        doubleFree(1 << 20, Scenario("doubleFree_huge_ownHandler")),
        doubleFree(1 << 20, Scenario("doubleFree_huge_ownHandler", options: "quarantine=64KiB")),
        // Its prefix is unmapped with the end of the heap.
        doubleFree(2000, Scenario("doubleFree_any_trimmed", options: "quarantine=64KiB")),
        doubleFree(64, Scenario("doubleFree_any_arena")),
        doubleFree(64, Scenario("doubleFree_any_arena", options: "quarantine=64KiB")),
        doubleFree(2000, Scenario("doubleFree_any_arena", 2000, options: "quarantine=64KiB")),
        doubleFree(64, Scenario("doubleFree_small_tinyStack")),
        doubleFree(64, Scenario("doubleFree_small_otherThread")),
        doubleFree(64, Scenario("doubleFree_small_race")),
      ])

  private static func doubleFree(_ size: Int, _ scenario: Scenario) -> Violation {
    Violation(scenario: scenario, line: "zmalloc: double free of \(size)-byte block 0x…")
  }

  static let invalidFrees: [Violation] =
    [(64, 8), (64, 1), (64, 16), (64, 63), (4096, 32), (1 << 20, 4096)].map { size, offset in
      Violation(
        scenario: Scenario("invalidFree_any_interior", size, offset),
        line: "zmalloc: free of pointer 0x…, \(bytes(offset)) inside \(size)-byte block 0x…")
    }
    + [(64, 64, "past the end of"), (4096, 4100, "4 bytes past the end of")].map {
      size, offset, place in
      Violation(
        scenario: Scenario("invalidFree_any_interior", size, offset),
        line: "zmalloc: free of pointer 0x…, \(place) \(size)-byte block 0x…")
    }
    + [
      foreign("invalidFree_none_stack"), foreign("invalidFree_none_global"),
      foreign("invalidFree_none_literal"), foreign("invalidFree_none_unmapped"),
    ]
    + ["0", "16", "64", "4096"].map { foreign("invalidFree_none_mapped", [$0]) }
    + ["0x1", "0x8", "0x10", "0x1000", "0xdeadbee0", "0x8000000000000000", "0xfffffffffffffff0"]
    .map { foreign("invalidFree_none_never", [$0]) }

  static let writesAfterFree: [Violation] =
    ["writeAfterFree_any_leaves", "writeAfterFree_any_atEnd"].flatMap { program in
      [
        (64, 8, 4), (64, 0, 1), (64, 63, 1), (1, 0, 1), (24, 0, 24), (4096, 4000, 2),
        (60_000, 59_999, 1),
      ].map { size, offset, count in
        let place = offset == 0 ? "at the start of" : "\(bytes(offset)) into"
        return Violation(
          scenario: Scenario(program, size, offset, count, options: "quarantine=128KiB"),
          line: "zmalloc: write after free: \(bytes(count)) written \(place) freed "
            + "\(size)-byte block 0x…")
      }
    }

  static let reallocsOfFreed: [Violation] =
    [0, 1, 64, 5000, 70_000, 1 << 20].map { size in
      Violation(
        scenario: Scenario("reallocFreed_any_atOnce", size),
        line: "zmalloc: realloc of freed \(size)-byte block 0x…")
    }
    + [64, 1000].map { size in
      Violation(
        scenario: Scenario("reallocFreed_any_released", size, options: "quarantine=64KiB"),
        line: "zmalloc: realloc of freed \(size)-byte block 0x…")
    }
}
