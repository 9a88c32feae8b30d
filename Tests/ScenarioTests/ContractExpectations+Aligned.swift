// The contract of aligned blocks, of the process's memory and of the allocator below, case by case.

extension Contract {
  private static let aligners = [
    "zaligned_alloc", "zaligned_alloc_usable", "ztryaligned_alloc", "ztryaligned_alloc_usable",
  ]

  static let aligned: [String: Rule] = [
    "aligned_everywhere": { _ in .init(each(aligners) { _ in "wrong 0" }) },
    "aligned_to_cache": { _ in .init(["wrong 0 left 0", "NULL handler 1 size \(most)"]) },
    "aligned_to_none": { _ in
      let none: [UInt] = [0, 3, 24, .max / 2, .max - 15, .max]
      return .init(
        aligners.flatMap { function in
          none.map { "\(function) \($0) NULL EINVAL 1 usable 0 handler 0" }
        })
    },
    "aligned_too_large": { _ in
      let sizes: [UInt] = [1 << 47, .max / 2 - 1, .max / 2, .max / 2 + 1, .max]
      return .init(refused(sizes))
    },
    "aligned_too_far": { _ in .init(refused([100, 100, 100])) },
    "aligned_resized": { _ in .init(each(resizers) { _ in "wrong 0 left 0" }) },
    "aligned_no_place": { _ in .init(["block block", "NULL", "NULL left 0"]) },
  ]

  /// The lines of sizes that each function refuses in its turn.
  private static func refused(_ sizes: [UInt]) -> [String] {
    aligners.flatMap { function in
      sizes.map { "\(function) NULL usable 0 \(handled(function, $0))" }
    } + ["left 0"]
  }

  static let process: [String: Rule] = [
    "process_resident": { _ in .init(["some 1 grown 1 dirtied 1"]) },
    "process_mappings": { _ in
      .init(["some 1 pages 1", "own 1", "dirty 1", "no field 0 0", "no process 0 0"])
    },
    "process_machine": { _ in .init(["memory 1"]) },
    "process_status": { _ in
      .init(
        ["parent 1 1", "resident 1 1"] + [-1, 0, 1, 2, 1000].map { "\($0): 0 77" } + ["no place 0"])
    },
    "process_allocator": { _ in
      .init([
        "1 ordered 1 covers 1 resident 1", "1 covers 1", "1 covers 1", "no place 1 1 1",
        "no arena 1 0 0",
      ])
    },
    "process_figures": { _ in .init(["ordered 1 covers 1 resident 1", "no arena 1"]) },
    "process_switches": { library in
      .init(["purge 0", "dismissed \(library == .jemalloc ? 1 : 0) counted_for 1", "left 0"])
    },
    "process_libc": { _ in .init(["freed 1", "trimmed 1"]) },
  ]
}
