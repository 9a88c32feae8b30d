// The rows of the matrix of heap mistakes: each with what has to be said of it, by size.

/// How a program's blocks come to the layer.
enum WayIn: String, Sendable, CaseIterable {
  /// A C program under the preload library.
  case preload = "C, preload"
  /// A C program with the debug library in the place of the production one.
  case linked = "C, linked"
  /// A C++ program under the preload library.
  case cpp = "C++, preload"
  /// A Swift program on `ZMalloc`.
  case swift = "Swift"
}

/// What has to become of one mistake with one size.
enum Expectation: Sendable {
  /// Its line and the status, where it is noticed as the row says.
  case caught(String, status: Int)
  /// It is noticed, but later than the row says.
  case late(String, status: Int)
  /// Nobody notices: the program ends as if nothing had been.
  case missed
  /// With this size there is no such mistake.
  case none
}

/// A row of the matrix.
struct HeapMistake: Sendable {
  /// Its name in the programs.
  var name: String
  /// What a person calls it.
  var title: String
  /// The ways in that have it.
  var ways: [WayIn]
  /// What to add to `ZMALLOC_DEBUG=on`.
  var options = ""
  /// What the program prints before the mistake is noticed.
  var output = ""
  /// What has to become of it.
  var expectation: @Sendable (WayIn, Int) -> Expectation

  /// A block of nothing, small ones at the edges of words, a page, and one with its own mapping.
  static let sizes = [0, 1, 7, 8, 24, 4096, 1 << 20]

  private init(
    _ name: String, _ title: String, ways: [WayIn] = WayIn.allCases, options: String = "",
    output: String = "", _ expectation: @escaping @Sendable (WayIn, Int) -> Expectation
  ) {
    self.name = name
    self.title = title
    self.ways = ways
    self.options = options
    self.output = output
    self.expectation = expectation
  }

  /// A row whose line is made of the size, with the status of SIGABRT.
  private init(
    _ name: String, _ title: String, ways: [WayIn] = WayIn.allCases, options: String = "",
    line: @escaping @Sendable (Int) -> String
  ) {
    self.init(name, title, ways: ways, options: options) { .caught(line($1), status: 134) }
  }

  /// One operator's block given to another, whatever has to become of it.
  init(mixing given: String, with taken: String) {
    self.init("\(given)/\(taken)", "", ways: [.cpp]) { _, _ in .none }
  }

  /// Every row.
  static let all =
    writes + staleWrites + guarded + doubleFrees + wrongPointers + others + mixedFamilies
}

extension HeapMistake {
  private static let inC: [WayIn] = [.preload, .linked]
  /// So small that a few blocks push the others out.
  private static let smallQuarantine = "quarantine=64KiB"

  private static let writes = [
    HeapMistake("past-1", "write past the end, 1 byte") {
      "heap overflow: 1 byte written past the end of \($0)-byte block 0x…"
    },
    HeapMistake("past-8", "write past the end, 8 bytes") {
      "heap overflow: 8 bytes written past the end of \($0)-byte block 0x…"
    },
    HeapMistake("past-next", "write past the end, into the next block", ways: inC) {
      "heap overflow: at least \(distanceToNext($0)) bytes written past the end of "
        + "\($0)-byte block 0x…"
    },
    HeapMistake("jump-next", "write into the next block alone", ways: inC) { _, size in
      size == 0 ? .none : .missed
    },
    HeapMistake("before-1", "write before the start, 1 byte") {
      "heap underflow: 1 byte written before the start of \($0)-byte block 0x…"
    },
    HeapMistake("before-8", "write before the start, 8 bytes") {
      "heap underflow: 8 bytes written before the start of \($0)-byte block 0x…"
    },
  ]

  /// Bytes from the end of a block to the start of the next: its canary, libc's header, a prefix;
  /// or the rest of the mapping.
  private static func distanceToNext(_ size: Int) -> Int {
    if size >= 128 << 10 { return 4096 }
    return (size == 0 ? 24 : 8 + (16 - size % 16) % 16) + 24
  }

  private static let staleWrites = [
    HeapMistake("stale-now", "write after free, noticed at once", output: "went on\n") {
      way, size in
      // Large blocks lose their pages; what was written to others is found when somebody looks.
      if size >= 65_536 {
        let place = "\(touch) at \(size / 2) bytes into"
        let line = "use after free: \(place) freed \(size)-byte block 0x…"
        return .caught(line, status: 134)
      }
      return .late(staleLine(size, at: size / 2), status: 24)
    },
    HeapMistake(
      "stale-leaves", "write after free, noticed when the block leaves the quarantine",
      output: "went on\n"
    ) { _, size in .caught(staleLine(size, at: 0), status: 134) },
    HeapMistake("stale-end", "write after free, noticed at the end", output: "went on\n") {
      _, size in .caught(staleLine(size, at: 0), status: 24)
    },
  ]

  private static func staleLine(_ size: Int, at offset: Int) -> String {
    let place = offset == 0 ? "at the start of" : "\(bytes(offset)) into"
    return "write after free: 1 byte written \(place) freed \(size)-byte block 0x…"
  }

  /// What was missed, or noticed late, with a page without access beside every block.
  private static let guarded = [
    HeapMistake(
      "past-next", "write past the end, into the next block, with `guard=all`", ways: inC,
      options: "guard=all"
    ) { size in
      // What the alignment leaves before the page is written first.
      let gap = (16 - size % 16) % 16
      let place = gap == 0 ? "just" : "at \(bytes(gap))"
      return "heap overflow: \(touch) \(place) past the end of \(size)-byte block 0x…"
    },
    HeapMistake(
      "past-far", "write 64 bytes past the end alone, with `guard=all`", ways: inC,
      options: "guard=all"
    ) { "heap overflow: \(touch) at 64 bytes past the end of \($0)-byte block 0x…" },
    HeapMistake(
      "jump-next", "write into the next block alone, with `guard=all`", ways: inC,
      options: "guard=all"
    ) { _, size in size == 0 ? .none : .missed },
    HeapMistake(
      "stale-now", "write after free, noticed at once, with `guard=all`", options: "guard=all",
      output: "went on\n"
    ) { _, size in
      let place = size < 2 ? "at the start of" : "at \(bytes(size / 2)) into"
      let line = "use after free: \(touch) \(place) freed \(size)-byte block 0x…"
      return .caught(line, status: 134)
    },
  ]

  /// How a fault begins: the programs change bytes, and so read them first.
  private static var touch: String {
    #if arch(x86_64)
      "read"
    #else
      "access"
    #endif
  }

  /// Whether a line tells of a fault, before which the program cannot say a word.
  func isFault(_ line: String) -> Bool {
    line.contains("\(Self.touch) ") && !line.contains("written")
  }

  private static let doubleFrees = [
    HeapMistake("twice-now", "double free, at once") { "double free of \($0)-byte block 0x…" },
    HeapMistake(
      "twice-released", "double free, after the block left the quarantine",
      options: smallQuarantine
    ) { "double free of \($0)-byte block 0x…" },
    HeapMistake(
      "twice-reused", "double free, after the address was another's", options: smallQuarantine
    ) { "double free of \($0)-byte block 0x…" },
  ]

  private static let wrongPointers =
    [
      HeapMistake("inside", "free of an interior pointer") { interiorLine("free", $0) }
    ]
    + [
      ("of-stack", "free of a stack pointer"), ("of-global", "free of a global"),
      ("of-mapping", "free of mapped memory"), ("of-nobody", "free of what was never allocated"),
    ].map { name, title in
      HeapMistake(name, title) { _ in foreign("free") }
    } + [
      // The pointer is the size: a null pointer may be freed.
      HeapMistake("near-null", "free of a pointer near null") { _, size in
        size == 0 ? .none : .caught(foreign("free"), status: 134)
      }
    ]

  private static func foreign(_ verb: String) -> String {
    "\(verb) of pointer 0x… that the allocator never gave out"
  }

  /// The line of a pointer into the middle of a block, or past its end where it is too small.
  private static func interiorLine(_ verb: String, _ size: Int) -> String {
    let place =
      switch size {
      case 0: "1 byte past the end of"
      case 1: "past the end of"
      default: "\(bytes(size / 2)) inside"
      }
    return "\(verb) of pointer 0x…, \(place) \(size)-byte block 0x…"
  }

  /// Those with a realloc of their own.
  private static let resizers: [WayIn] = [.preload, .linked, .swift]

  private static let others = [
    HeapMistake("wrong-size", "free with a wrong size", ways: [.linked, .cpp, .swift]) {
      way, size in
      let verb = way == .cpp ? "delete" : "free"
      let line = "\(verb) of \(size)-byte block 0x… with wrong size \(size + 1)"
      return .caught(line, status: 134)
    },
    HeapMistake("resize-now", "realloc of a freed block", ways: resizers) {
      "realloc of freed \($0)-byte block 0x…"
    },
    HeapMistake(
      "resize-released", "realloc of a freed block that left the quarantine",
      ways: resizers, options: smallQuarantine
    ) { "realloc of freed \($0)-byte block 0x…" },
    HeapMistake("resize-inside", "realloc of an interior pointer", ways: resizers) {
      interiorLine("realloc", $0)
    },
    HeapMistake("resize-stack", "realloc of a stack pointer", ways: resizers) { _ in
      foreign("realloc")
    },
    HeapMistake("resize-global", "realloc of a global", ways: resizers) { _ in
      foreign("realloc")
    },
    HeapMistake("resize-nobody", "realloc of what was never allocated", ways: resizers) { _ in
      foreign("realloc")
    },
  ]

  /// What each function of C++ and libc gives, taken by another.
  static let mixedFamilies =
    ["malloc", "new", "new[]"].flatMap { given in
      ["free", "realloc", "delete", "delete[]"].compactMap { taken in
        family(ofTaker: taken) == given ? nil : mixed(given, taken)
      }
    } + [
      mixed("new", "delete-aligned"), mixed("new-aligned", "delete"),
      mixed("new[]", "delete[]-aligned"), mixed("new[]-aligned", "delete[]"),
    ]

  private static func mixed(_ given: String, _ taken: String) -> HeapMistake {
    HeapMistake("\(given)/\(taken)", "\(titled(given)), then \(titled(taken))", ways: [.cpp]) {
      mixedLine(given, taken, $0)
    }
  }

  private static func titled(_ name: String) -> String {
    (isAligned(name) ? "aligned " : "") + "`\(name.prefix { $0 != "-" })`"
  }

  private static func isAligned(_ name: String) -> Bool { name.contains("-aligned") }

  /// Which blocks a function gives.
  static func family(ofGiver name: String) -> String {
    name.prefix { $0 != "-" } + (isAligned(name) ? "-aligned" : "")
  }

  /// Whose blocks a function takes.
  static func family(ofTaker name: String) -> String {
    guard name.hasPrefix("delete") else { return "malloc" }
    return (name.hasPrefix("delete[]") ? "new[]" : "new") + (isAligned(name) ? "-aligned" : "")
  }

  /// The line of a block that another family's function takes.
  static func mixedLine(_ given: String, _ taken: String, _ size: Int) -> String {
    let names = [taken, given].map { name in
      (isAligned(name) ? "aligned " : "") + name.prefix { $0 != "-" }
    }
    return "\(names[0]) of \(size)-byte block 0x… allocated by \(names[1])"
  }
}
