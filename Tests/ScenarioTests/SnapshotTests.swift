// Snapshots of programs that run: the recording says what the program holds, and the program does
// not notice.
import Foundation
import Testing

@Suite struct SnapshotTests {
  static let calls = [
    "nanosleep", "nanosleep_without_rest", "sleep", "poll", "select", "epoll", "read", "wait",
    "ignored_children", "threads", "allocates", "elsewhere", "semaphore", "semaphores", "signals",
    "socket", "full_socket",
  ]

  @Test("a program is not disturbed by snapshots", arguments: calls)
  func undisturbed(_ call: String) async throws {
    try await inScratchFolder { folder in
      let outcome = try await run(
        "snapshot_undisturbed", call, in: folder,
        """
        for number in 1 2 3; do "$command" snapshot "$(cat pid)" --output "$number.txt"; done
        touch taken
        """)
      #expect(
        outcome == Outcome(status: 0, output: "\(call): undisturbed\nstatus 7\n", errors: ""))
      let text = try String(
        contentsOf: folder.appendingPathComponent("3.txt"), encoding: .utf8)
      #expect(text.contains("  snapshot      of the running program, which stood still for "))
      let files = try recordings(in: folder)
      // The fourth is that of its end.
      #expect(files.count == 4)
      for file in files {
        let report = try await Report(of: [file], in: folder)
        #expect(report.lostBlockCount == 1)
        #expect(report.lostByteCount == 60)
      }
    }
  }

  @Test("a program that forks all the time", arguments: ["0", "1"])
  func forking(_ how: String) async throws {
    try await inScratchFolder { folder in
      let outcome = try await run(
        "snapshot_while_forking", how, in: folder,
        """
        for number in $(seq 25); do
          "$command" snapshot "$(cat pid)" --format json --output "$number.json" || echo "lost"
        done
        touch taken
        """)
      #expect(outcome == Outcome(status: 0, output: "all came back\nstatus 7\n", errors: ""))
      struct Document: Decodable {
        struct Process: Decodable { var pid: Int }
        struct Part: Decodable {
          var process: Process
          var totals: Report.Totals
        }
        var recordings: [Part]
      }
      let pid = try String(contentsOf: folder.appendingPathComponent("pid"), encoding: .utf8)
      for number in 1...25 {
        let data = try Data(contentsOf: folder.appendingPathComponent("\(number).json"))
        let part = try JSONDecoder().decode(Document.self, from: data).recordings[0]
        #expect("\(part.process.pid)\n" == pid)
        #expect(part.totals.leakedBlocks == 1 && part.totals.leakedBytes == 60)
      }
    }
  }

  @Test("what was allocated since a mark is told apart")
  func sinceMark() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run(
        "snapshot_since_mark", "", in: folder,
        """
        "$command" mark "$(cat pid)"; touch go; until [ -e gone ]; do sleep 0.02; done
        "$command" snapshot "$(cat pid)" --since 1 --format json --output since.json
        "$command" snapshot "$(cat pid)" --since 2; echo "status $?"; touch end
        """)
      #expect(outcome.output == "1\nstatus 70\nstatus 23\n")
      #expect(outcome.errors.hasSuffix("it has no mark 2\n"))
      struct Document: Decodable {
        struct Since: Decodable, Equatable {
          var mark: Int
          var blocks: Int
          var bytes: Int
          var sites: Int
        }
        struct Part: Decodable {
          var since: Since
          var totals: Report.Totals
        }
        var recordings: [Part]
      }
      let data = try Data(contentsOf: folder.appendingPathComponent("since.json"))
      let part = try JSONDecoder().decode(Document.self, from: data).recordings[0]
      #expect(part.since == Document.Since(mark: 1, blocks: 6, bytes: 1560, sites: 2))
      #expect(part.totals.leakedBlocks == 1)
    }
  }

  @Test("a process that is not watched is a sentence and 70, and lives on")
  func unwatched() async throws {
    try await inScratchFolder { folder in
      let script = """
        sleep 60 & process=$!
        until [ "$(cat /proc/$process/comm)" = sleep ]; do :; done
        "$1" snapshot $process; echo "status $?"
        "$1" mark 4194305; echo "status $?"
        kill $process && echo "was alive"
        """
      let outcome = try await Command(
        program: "/bin/sh", arguments: ["-c", script, "sh", try Products.zleakcheck()]
      ).run(in: folder)
      #expect(outcome.output == "status 70\nstatus 70\nwas alive\n")
      #expect(outcome.errors.contains("sleep (pid "))
      #expect(outcome.errors.contains("is not watched: start it under `zleakcheck run`"))
      #expect(outcome.errors.contains("zleakcheck: there is no process 4194305\n"))
    }
  }

  /// Runs a scenario, meanwhile a script once it has written its id, and prints its status.
  private func run(
    _ scenario: String, _ argument: String, in folder: URL, _ script: String
  ) async throws -> Outcome {
    let whole = """
      command=$1
      "$command" run --exit-code=${4:-program} --output report.txt -- "$2" "$3" & run=$!
      until [ -e pid ]; do sleep 0.02; done
      \(script)
      wait $run; echo "status $?"
      """
    let exitCode = argument.isEmpty ? "findings" : "program"
    return try await Command(
      program: "/bin/sh",
      arguments: [
        "-c", whole, "sh", try Products.zleakcheck(), try Products.scenario("malloc/\(scenario)"),
        argument, exitCode,
      ]
    ).run(in: folder)
  }
}
