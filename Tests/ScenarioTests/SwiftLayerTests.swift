// The z-functions in Swift under the linked layer: their first line and status.

import Foundation
import Testing

@Suite struct SwiftLayerTests {
  @Test func `under the layer the usable size is the request`() async throws {
    let outcome = try await run("usable", options: "on")
    #expect(outcome == Outcome(status: 0, output: "usable 9\n", errors: ""))
  }

  @Test func `without the variable the layer stays out of the way`() async throws {
    let outcome = try await run("usable", options: nil)
    #expect(outcome == Outcome(status: 0, output: "usable 24\n", errors: ""))
  }

  @Test func `a program without a mistake is silent`() async throws {
    let outcome = try await run("clean", options: "on,leaks=unfreed")
    #expect(outcome == Outcome(status: 0, output: "used 0\n", errors: ""))
  }

  static let mistakes: [(name: String, line: String)] = [
    ("overflow", "zmalloc: heap overflow: 2 bytes written past the end of 24-byte block 0x…"),
    (
      "underflow",
      "zmalloc: heap underflow: 2 bytes written before the start of 24-byte block 0x…"
    ),
    ("double-free", "zmalloc: double free of 64-byte block 0x…"),
    ("free-none", "zmalloc: free of pointer 0x… that the allocator never gave out"),
    (
      "write-after-free",
      "zmalloc: write after free: 2 bytes written 8 bytes into freed 64-byte block 0x…"
    ),
    ("wrong-size", "zmalloc: free of 64-byte block 0x… with wrong size 32"),
  ]

  @Test(arguments: mistakes)
  func `a heap mistake ends the program with its line`(name: String, line: String) async throws {
    let outcome = try await run(name, options: "on")
    // The check at the end finds the write after free: the process was ending.
    let status = name == "write-after-free" ? 24 : 134
    #expect(outcome == Outcome(status: status, output: "", errors: line))
  }

  @Test(arguments: mistakes.map(\.name))
  func `its twin without the mistake is silent`(name: String) async throws {
    let outcome = try await run(name + "-good", options: "on,leaks=unfreed")
    #expect(outcome == Outcome(status: 0, output: "", errors: ""))
  }

  @Test func `leaks are one line at the end and status 23`() async throws {
    let outcome = try await run("leak", options: "on")
    #expect(outcome.status == 23)
    #expect(outcome.errors.hasPrefix("zmalloc: 3 blocks (96 bytes) leaked; zleakcheck report "))
  }

  @Test func `exit=keep leaves the program's status`() async throws {
    let outcome = try await run("leak", options: "on,exit=keep")
    #expect(outcome.status == 0)
  }

  @Test func `a block that a global reaches is no leak, unless all has to be freed`() async throws {
    let lost = try await run("unfreed", options: "on")
    #expect(lost == Outcome(status: 0, output: "", errors: ""))
    let unfreed = try await run("unfreed", options: "on,leaks=unfreed")
    #expect(unfreed.status == 23)
    #expect(unfreed.errors.hasPrefix("zmalloc: 1 block (100 bytes) leaked"))
  }

  @Test func `the nth allocation gives nil, and the others do not`() async throws {
    let second = try await run("fail-second", options: "on,fail=nth:2")
    #expect(second.output == "false true false\n")
    let from = try await run("fail-second", options: "on,fail=from:2")
    #expect(from.output == "false true true\n")
  }

  @Test func `nothing fails on purpose while the handler runs`() async throws {
    let outcome = try await run("handler-allocates", options: "on,fail=from:1")
    #expect(outcome.output == "handler got memory: true\nfailed: true\n")
  }

  @Test func `a recording is written on request`() async throws {
    try await inScratchFolder { folder in
      let file = folder.appendingPathComponent("now.zleak")
      let outcome = try await run("record", options: "on", arguments: [file.path])
      #expect(outcome.output == "watching true written true\n")
      let report = try await Command(
        program: Products.zleakcheck(), arguments: ["report", file.path]
      ).run(in: folder)
      #expect(report.status == 0)
      #expect(report.output.contains("allocations   1, 0 frees, peak 9 bytes"))
    }
  }
}

/// The name of a Swift scenario, with options and arguments.
private func run(
  _ name: String, options: String?, arguments: [String] = []
) async throws -> Outcome {
  var command = Command(program: try Products.swiftScenarios(), arguments: [name] + arguments)
  if let options { command.environment["ZMALLOC_DEBUG"] = options }
  return try await inScratchFolder { folder in
    var outcome = try await command.run(in: folder)
    outcome.errors = firstLine(of: outcome.errors)
    return outcome
  }
}
