// The contract of strings, sizes, used memory, handlers and mistakes, case by case.

extension Contract {
  static let texts: [String: Rule] = [
    "string_copied": { .init(copies(ofLength: 7, over: $0)) },
    "string_empty": { .init(copies(ofLength: 0, over: $0)) },
    "string_every_byte": { _ in .init(["same 1 1", "left 0"]) },
    "string_long": { _ in .init(["wrong 0 left 0"]) },
    "string_no_memory": { _ in
      .init(
        each(["zstrdup", "ztrystrdup"]) { "NULL \(handled($0, (256 << 20) + 1))" } + ["left 0"])
    },
    "size_null": { _ in .init(["size 0 usable 0"]) },
    "size_counts": { library in
      .init([0, 9, 100, 5000, 1 << 20].map { "\($0) header \(library.header) counted_for 1" })
    },
    "size_extended": { _ in .init(["same 1", "null NULL", "counted_for 1"]) },
  ]

  private static func copies(ofLength length: Int, over library: ContractLibrary) -> [String] {
    let usable = library.usable(length + 1)
    return each(["zstrdup", "ztrystrdup"]) { _ in
      "same 1 elsewhere 1 length \(length) usable \(usable) counted_for 1"
    } + ["left 0"]
  }

  /// A compiler that checks sizes stops a write past the request, and lets others through.
  static let fortified: [String: Rule] = {
    var cases: [String: Rule] = [
      "fortify_extended": { _ in .init(["written 1"]) },
      "fortify_usable": { _ in .init(["written 1"]) },
    ]
    for function in [
      "zmalloc", "zcalloc", "zcalloc_num", "ztrymalloc", "zrealloc", "extend_to_usable",
    ] {
      cases["fortify_stops_\(function)"] = { _ in
        .init([function], status: 134, errors: "*** buffer overflow detected ***: terminated")
      }
    }
    return cases
  }()

  static let accounts: [String: Rule] = [
    "account_exact": { _ in .init(["wrong 0 left 0"]) },
    "account_threads": { _ in .init(["off 0", "left 0"]) },
    "account_peak": { _ in
      .init(["sampled_now 1", "peak_is_used 1", "stays 1", "stays 1", "rises 1", "left 0"])
    },
    "account_peak_sampled": { _ in .init(["within 1"]) },
    "account_failures": { _ in .init(["left 0 peak_rose 0"]) },
  ]

  static let handlers: [String: Rule] = [
    "handler_default": { _ in aborted(["before"], .max - 1) },
    "handler_default_product": { _ in aborted(["before"], .max) },
    "handler_restored": { _ in aborted(["NULL handler 1"], .max / 2) },
    "handler_returns": { _ in
      .init(
        (1...3).map { "NULL handler \($0) size \(UInt.max - UInt($0) + 1)" } + ["block left 0"])
    },
    "handler_allocates": { _ in
      .init(["report: no memory for \(most) bytes counted_for 1", "NULL", "left 0"])
    },
    "handler_fails": { _ in
      .init((0...2).map { "size \(UInt.max - UInt($0))" } + ["NULL", "NULL", "NULL handler 3"])
    },
    "handler_exits": { _ in .init(["size \(most)", "left 0"], status: 7) },
    "handler_jumps": { _ in
      let sizes: [UInt] = [.max / 2, .max, .max / 2, .max]
      let back = zip(1..., sizes).map { "back handler \($0) size \($1)" }
      return .init(back + ["counted_for 1", "left 0"])
    },
    "handler_jumps_under_plan": { _ in .init(Array(repeating: "block", count: 6)) },
    "handler_throws": { _ in
      .init(
        ["size \(most)"], status: 134,
        errors: "terminate called after throwing an instance of 'unsigned long'")
    },
    "handler_of_all_threads": { _ in .init(["NULL handler 1", "handler 1 size \(most)"]) },
  ]

  private static func aborted(_ output: [String], _ size: UInt) -> ContractExpectation {
    .init(
      output, status: 134, errors: "zmalloc: Out of memory trying to allocate \(size) bytes")
  }

  /// A wrong size to the sized free: the debug library stops the program.
  ///
  /// In production used memory is wrong by the difference, and the program goes on, where the
  /// allocator below looks the size up itself; where it does not, the heap may be damaged, and
  /// nothing is promised.
  static let misuses: [String: Rule] = [
    "misuse_wrong_size": { misused($0, 64, 32) },
    "misuse_request_size": { misused($0, 64, $0.usable(64) + 16) },
  ]

  private static func misused(
    _ library: ContractLibrary, _ size: Int, _ wrong: Int
  ) -> ContractExpectation {
    guard library.isWatched else {
      let error = library.usable(size) - wrong
      return .init(["before", "after, wrong by \(error)", "at the end by \(error)"])
    }
    return .init(
      ["before"], status: 134,
      errors: "zmalloc: free of \(size)-byte block 0x… with wrong size \(wrong)")
  }
}
