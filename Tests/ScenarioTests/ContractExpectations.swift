// What the contract says that each case of the conformance programs prints, over each library.

/// What a case prints and how it ends.
struct ContractExpectation: Sendable {
  var output: [String]
  var status = 0
  /// The first line on standard error.
  var errors = ""

  init(_ output: [String], status: Int = 0, errors: String = "") {
    self.output = output
    self.status = status
    self.errors = errors
  }
}

/// The contract, case by case.
enum Contract {
  typealias Rule = @Sendable (ContractLibrary) -> ContractExpectation

  /// Every case that both languages or one of them has.
  static let cases: [String: Rule] = [
    zero, tooLarge, usable, resizing, freeing, texts, fortified, accounts, handlers, aligned,
    process, misuses,
  ].reduce(into: [:]) { all, topic in
    all.merge(topic) { _, twin in twin }
  }

  /// The functions that allocate, in the order of the programs; the `ztry` ones call no handler.
  static let allocating = [
    "zmalloc", "zcalloc", "zcalloc_num", "zmalloc_usable", "zcalloc_usable", "zrealloc",
    "zrealloc_usable", "ztrymalloc", "ztrycalloc", "ztrycalloc_num", "ztrymalloc_usable",
    "ztrycalloc_usable", "ztryrealloc", "ztryrealloc_usable",
  ]
  static let zeroing = allocating.filter { $0.contains("calloc") }
  static let resizers = ["zrealloc", "zrealloc_usable", "ztryrealloc", "ztryrealloc_usable"]
  static let most = "\(UInt.max)"

  /// One line for each function.
  static func each(_ functions: [String], _ line: (String) -> String) -> [String] {
    functions.map { "\($0) \(line($0))" }
  }

  /// The handler's part of a line, where a function failed with a size.
  static func handled(_ function: String, _ size: UInt) -> String {
    function.hasPrefix("ztry") ? "handler 0 size 0" : "handler 1 size \(size)"
  }

  private static let zero: [String: Rule] = [
    "zero_bytes": { library in
      .init(each(allocating) { _ in "block \(library.told(0)) handler 0" } + ["left 0"])
    },
    "zero_distinct": { _ in .init(["distinct 1", "left 0"]) },
    "zero_resize": { _ in .init(each(resizers) { _ in "NULL usable 0 counted 0 handler 0" }) },
    "zero_elements": { library in
      .init(
        each(["zcalloc_num", "ztrycalloc_num"]) { _ in
          "block usable \(library.usable(0)) handler 0 size 0"
        } + ["left 0"])
    },
    "zero_element_size": { _ in
      let both = each(["zcalloc_num", "ztrycalloc_num"]) { "NULL usable 0 \(handled($0, .max))" }
      return .init(both + both + ["left 0"])
    },
  ]

  /// Sizes that cannot be had, by the names of their cases.
  private static let hugeSizes: [(name: String, size: UInt)] = [
    ("refused", 1 << 47), ("below_half", .max / 2 - 1), ("half", .max / 2),
    ("above_half", .max / 2 + 1), ("all", .max),
  ]

  private static let tooLarge: [String: Rule] = {
    var cases: [String: Rule] = [
      "too_large_products": { _ in
        let failures = [UInt.max, .max, .max, .max / 2 + 1].flatMap { size in
          each(["zcalloc_num", "ztrycalloc_num"]) { "NULL \(handled($0, size))" }
        }
        let fits = each(["zcalloc_num", "ztrycalloc_num"]) { _ in "block handler 0 size 0" }
        return .init(failures + fits + ["left 0"])
      },
      "too_large_no_place": { _ in
        let tellers = [
          "zmalloc_usable", "zcalloc_usable", "ztrymalloc_usable", "ztrycalloc_usable",
          "zrealloc_usable", "ztryrealloc_usable",
        ]
        return .init(each(tellers) { _ in "NULL" } + ["left 0"])
      },
    ]
    for (name, size) in hugeSizes {
      cases["too_large_\(name)"] = { _ in
        .init(each(allocating) { "NULL usable 0 counted 0 \(handled($0, size))" })
      }
      cases["too_large_resize_\(name)"] = { _ in
        .init(
          each(resizers) { "NULL usable 0 kept 100 counted_for 1 \(handled($0, size))" }
            + ["left 0"])
      }
    }
    return cases
  }()

  private static let usable: [String: Rule] = [
    "usable_small": { library in
      .init([0, 1, 7, 8, 9, 15, 16, 17, 24, 25].map { "\($0) \(library.told($0))" } + ["left 0"])
    },
    "usable_everywhere": { _ in .init(each(allocating) { _ in "wrong 0" }) },
    "usable_resized": { _ in .init(each(resizers) { _ in "wrong 0 left 0" }) },
    "usable_no_place": { _ in
      .init(Array(repeating: "block", count: 6) + ["NULL", "NULL", "left 0"])
    },
    "usable_zeroed": { _ in .init(each(zeroing) { _ in "dirty 0" }) },
    "usable_aligned": { _ in .init(each(allocating) { _ in "wrong 0" }) },
  ]

  private static let resizing: [String: Rule] = [
    "resize_content": { _ in .init(each(resizers) { _ in "wrong 0 left 0" }) },
    "resize_null": { library in
      .init(each(resizers) { _ in "block \(library.told(9))" } + ["left 0"])
    },
    "resize_same": { _ in
      .init(each(resizers) { _ in "content 1 usable_covers 1 counted_for 1" } + ["left 0"])
    },
    "resize_many": { _ in .init(["wrong 0 left 0"]) },
  ]

  private static let freeing: [String: Rule] = [
    "free_null": { _ in .init(["freed 0 left 0"]) },
    "free_tells_size": { library in
      let size = library.usable(9)
      return .init(each(allocating) { _ in "usable \(size) freed \(size) left 0" })
    },
    "free_sized": { _ in .init(each(allocating) { _ in "wrong 0" }) },
    "free_sized_after_resize": { _ in .init(each(resizers) { _ in "wrong 0" }) },
    "free_owned": { _ in .init(["wrong 0 left 0"]) },
    "free_elsewhere": { _ in .init(["left 0"]) },
  ]
}
