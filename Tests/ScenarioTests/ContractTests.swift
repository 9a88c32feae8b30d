// The contract of zmalloc, case by case: every backend, from C and C++ by two compilers and from
// Swift, in production and under the debug layer.
import Foundation
import Testing

@Suite struct ContractTests {
  /// What a program lacks because its language has no such thing.
  static let onlyInC: Set<String> = [
    "account_threads", "fortify_extended", "fortify_usable", "fortify_stops_zmalloc",
    "fortify_stops_zcalloc", "fortify_stops_zcalloc_num", "fortify_stops_ztrymalloc",
    "fortify_stops_zrealloc", "fortify_stops_extend_to_usable", "handler_jumps",
    "handler_jumps_under_plan", "size_extended", "too_large_no_place", "usable_no_place",
    "aligned_no_place", "handler_throws", "process_allocator",
  ]
  /// What Swift's function says in a shape of its own, and what only Swift has.
  static let onlyInSwift: Set<String> = ["process_figures", "free_owned"]
  /// What is undefined where the allocator below believes the size that it is told.
  static let misuses: Set<String> = ["misuse_wrong_size", "misuse_request_size"]

  /// What needs libc's own heap.
  static let ofLibcAlone: Set<String> = ["process_libc"]

  static let names = Contract.cases.keys.sorted()

  private static func isCase(_ name: String, in language: ContractLanguage) -> Bool {
    if name == "handler_throws" { return language.isCPlusPlus }
    return !(language == .swift ? onlyInC : onlyInSwift).contains(name)
  }

  @Test(arguments: names, ContractLibrary.allCases)
  func `the contract holds in every language`(name: String, library: ContractLibrary) async throws {
    let trusting: [ContractLibrary] = [.jemalloc, .tcmalloc]
    if ContractTests.misuses.contains(name), trusting.contains(library) { return }
    let others = trusting + [.mimalloc]
    if ContractTests.ofLibcAlone.contains(name), others.contains(library) { return }
    let rule = try #require(Contract.cases[name])
    let wanted = rule(library)
    for language in ContractLanguage.allCases {
      guard ContractTests.isCase(name, in: language) else { continue }
      let program = ContractProgram(language: language, library: library)
      let outcome = try await inScratchFolder { try await program.run(name, in: $0) }
      let lines = outcome.output.split(separator: "\n").map(String.init)
      #expect(lines == wanted.output, "\(program), case \(name)")
      #expect(outcome.status == wanted.status, "\(program), case \(name): \(outcome.errors)")
      // tcmalloc reports a request that it refuses.
      if library != .tcmalloc || !wanted.errors.isEmpty {
        #expect(firstLine(of: outcome.errors) == wanted.errors, "\(program), case \(name)")
      }
    }
  }

  @Test(arguments: ContractProgram.all)
  func `every case of a program has its rule`(program: ContractProgram) async throws {
    let found = try await inScratchFolder { try await program.names(in: $0) }
    let wanted = ContractTests.names.filter { ContractTests.isCase($0, in: program.language) }
    #expect(Set(found) == Set(wanted))
    #expect(found.count == Set(found).count)
  }

  @Test(arguments: ContractLanguage.allCases.filter { $0 != .swift })
  func `a handler that leaves by longjmp does not switch failures off`(
    language: ContractLanguage
  ) async throws {
    let program = ContractProgram(language: language, library: .debug)
    let outcome = try await inScratchFolder { folder in
      try await program.run("handler_jumps_under_plan", options: "on,fail=every:2", in: folder)
    }
    let wanted = (1...3).map { "block\nback handler \($0) size 100\n" }.joined()
    #expect(outcome == Outcome(status: 0, output: wanted, errors: ""))
  }
}
