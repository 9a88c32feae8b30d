// Real libraries on the z-functions: Lua, hiredis, SQLite, libxml2, expat and zlib. They work, give
// everything back, and show no mistake of ours when memory runs out.
import Foundation
import Testing

@Suite struct RealUserTests {
  private static let debug = Products.dist.appendingPathComponent("lib/debug")

  /// The folder of the production library over an allocator.
  private static func folder(_ backend: ContractLibrary) throws -> URL {
    let library =
      backend == .libc
      ? try Products.library("libzmalloc.so.1") : try Products.backendLibrary("\(backend)")
    return URL(fileURLWithPath: library).deletingLastPathComponent()
  }

  @Test(arguments: RealUser.all, ContractLibrary.backends)
  func `it works, and used memory is back at its start`(
    user: RealUser, backend: ContractLibrary
  ) async throws {
    let outcome = try await inScratchFolder { scratch in
      try await user.run(over: RealUserTests.folder(backend), in: scratch)
    }
    expectWork(of: user, outcome)
  }

  @Test(arguments: RealUser.all, ["on,leaks=unfreed", "on,leaks"])
  func `the debug layer finds nothing in it`(user: RealUser, options: String) async throws {
    try await inScratchFolder { scratch in
      let outcome = try await user.run(over: RealUserTests.debug, options: options, in: scratch)
      expectWork(of: user, outcome)
      #expect(try recordings(in: scratch) == [])
    }
  }

  private func expectWork(of user: RealUser, _ outcome: Outcome) {
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines == user.output + ["peak 1", "used 0"])
    #expect(outcome.status == 0)
    // libxml2 and tcmalloc say things of their own.
    #expect(!outcome.errors.contains("zmalloc"))
  }

  /// Which allocations fail: each of the first ones, then fewer and fewer.
  static let plans =
    [1, 2, 3, 4, 5, 6, 8, 11, 15, 21, 30, 45, 70, 110, 200, 400, 900, 2500]
    .map { "nth:\($0)" } + ["from:10", "from:60", "from:300", "every:7", "every:211"]

  @Test(arguments: RealUser.all, plans)
  func `when memory runs out it says so, and no mistake is ours`(
    user: RealUser, plan: String
  ) async throws {
    try await inScratchFolder { scratch in
      let outcome = try await user.run(
        over: RealUserTests.debug, options: "on,leaks=unfreed,fail=\(plan)", in: scratch)
      if outcome.status == 0 || outcome.status == 3 {
        #expect(outcome.output.hasSuffix("used 0\n"), "\(outcome)")
        // No library does without its first block.
        if plan == "nth:1" { #expect(outcome.status == 3, "\(outcome)") }
        return
      }
      // A leak or a crash of the library's own: its frames say so.
      let report = try await Report(of: recordings(in: scratch), in: scratch)
      #expect(report.violations.isEmpty, "\(outcome)")
      let origins = report.originsOfTrouble
      #expect(!origins.isEmpty, "\(outcome)")
      #expect(origins.allSatisfy { $0.hasPrefix(user.library) }, "\(origins): \(outcome)")
    }
  }
}
