// What each kind of root holds is reached, in programs of one, two and eight threads; once the root
// lets go of it, it is lost. Whatever the other threads do, they stand still for the scan.
import Foundation
import Testing

/// A kind of root, in so many threads, which wait in one way.
struct RootCase: Sendable, CustomStringConvertible {
  var kind: String
  var threads: Int
  var way = "pause"

  var description: String { "\(kind)_\(threads)_\(way)" }

  /// The program that holds a block of 64 bytes in each thread, and lets go of it.
  var scenario: Scenario {
    Scenario("roots_each_kind", [kind, String(threads), way, "library:slots"])
  }

  static let kinds = [
    "global", "static-local", "library-local", "library-global", "mapped", "low-key", "high-key",
    "frame", "given-stack", "register", "wide-register", "red-zone", "alternate", "interrupted",
    "context", "suspended",
  ]

  /// Every kind with every number of threads.
  static let all = kinds.flatMap { kind in
    [1, 2, 8].map { RootCase(kind: kind, threads: $0) }
  }

  /// Every way to wait: in sigwait, with all signals blocked, in a system call, or running.
  static let waiting = ["sigwait", "blocked", "read", "condition", "sleep", "spin"].flatMap { way in
    ["frame", "static-local"].map { RootCase(kind: $0, threads: 8, way: way) }
  }
}

@Suite("Roots")
struct RootTests {
  @Test("held or lost", arguments: RootCase.all + RootCase.waiting, Entrance.allCases)
  func root(_ root: RootCase, _ entrance: Entrance) async throws {
    try await expectLost(root.scenario, blocks: root.threads, at: entrance)
    try await expectSilence(root.scenario.goodTwin, at: entrance)
  }

  @Test("a thread that cannot be stopped is named, and all of its stack counts")
  func silent() async throws {
    let root = RootCase(kind: "frame", threads: 2, way: "silent")
    try await expectSilence(root.scenario.goodTwin, at: .preload)
    try await inScratchFolder { folder in
      let outcome = try await root.scenario.run(at: .preload, in: folder)
      #expect(outcome.status == 23)
      let files = try recordings(in: folder)
      // The first thread's is lost; the other one's stands on a stack whose end nobody knows.
      #expect(try await Report(of: files, in: folder).lostBlockCount == 1)
      let text = try await Command(program: Products.zleakcheck(), arguments: ["report"] + files)
        .run(in: folder).output
      let words = text.split { $0.isWhitespace }.joined(separator: " ")
      #expect(words.contains("a thread did not stop for the leak scan: roots_each_kind ("))
    }
  }

  @Test("roots_closed_library: what a closed library's globals held is lost")
  func closedLibrary() async throws {
    let scenario = Scenario("roots_closed_library", ["library:slots"])
    try await expectLost(scenario, blocks: 1, at: .preload)
    try await expectSilence(scenario.goodTwin, at: .preload)
  }

  @Test("roots_ended_threads: what ended threads held is lost", arguments: [1, 8, 64])
  func endedThreads(_ count: Int) async throws {
    for entrance in Entrance.allCases {
      let scenario = Scenario("roots_ended_threads", count)
      try await expectLost(scenario, blocks: count, at: entrance)
      try await expectSilence(scenario.goodTwin, at: entrance)
    }
  }

  @Test(
    "roots_threads_come: threads that come and go during the scan hold what they hold",
    arguments: Entrance.allCases)
  func comeAndGo(_ entrance: Entrance) async throws {
    for _ in 0..<5 {
      try await expectLost(Scenario("roots_threads_come", 8), blocks: 1, at: entrance)
      try await expectSilence(Scenario("roots_threads_come-good", 8), at: entrance)
    }
  }

  /// How a program is run where another program holds or hides it: `LIBRARY` stands for the preload
  /// library, `ZLEAKCHECK` for the command.
  static let surroundings: [[String]] = [
    [
      "gdb", "-nx", "-batch", "-ex", "set environment LD_PRELOAD LIBRARY", "-ex",
      "set environment ZMALLOC_DEBUG on", "-ex", "run", "-ex", "quit $_exitcode", "--args",
    ],
    ["strace", "-f", "-o", "/dev/null", "ZLEAKCHECK", "run", "--output", "report.txt", "--"],
    [
      "unshare", "-r", "-p", "-f", "-m", "--mount-proc", "ZLEAKCHECK", "run", "--output",
      "report.txt", "--",
    ],
    // Without /proc the layer knows the threads that it met.
    [
      "unshare", "-r", "-m", "sh", "-c",
      "mount -t tmpfs none /proc && LD_PRELOAD=LIBRARY ZMALLOC_DEBUG=on exec \"$@\"", "sh",
    ],
  ]

  @Test("under a debugger, under strace and in namespaces", arguments: surroundings)
  func surrounded(_ words: [String]) async throws {
    let library = try Products.library("libzmalloc-preload.so")
    let command = try Products.zleakcheck()
    let slots = try Products.scenario("libraries/slots.so")
    for (twin, lost) in [("", 8), ("-good", 0)] {
      try await inScratchFolder { folder in
        let prefix = words.map {
          $0.replacing("LIBRARY", with: library).replacing("ZLEAKCHECK", with: command)
        }
        let scenario = try Products.scenario("malloc/roots_each_kind" + twin)
        let outcome = try await Command(
          program: "/usr/bin/env",
          arguments: prefix + [scenario, "frame", "8", "pause", slots]
        ).run(in: folder)
        #expect(outcome.status == (lost > 0 ? 23 : 0), "\(outcome.output)\(outcome.errors)")
        let files = try recordings(in: folder)
        #expect(files.isEmpty == (lost == 0))
        if lost > 0 { #expect(try await Report(of: files, in: folder).lostBlockCount == lost) }
      }
    }
  }

  private func expectLost(_ scenario: Scenario, blocks: Int, at entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23, "\(outcome.errors)")
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == blocks)
      #expect(report.violations.isEmpty)
    }
  }
}
