// `zleakcheck run`: statuses, streams, recordings, and what it says when it cannot watch.
import Foundation
import LeakCheckKit
import Testing

@Suite("zleakcheck run")
struct RunTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test("a clean program keeps its status and output, and leaves one line and no file")
  func clean() throws {
    let result = try line.zleakcheck(["run", "--", "sh", "-c", "echo out; echo err >&2; exit 5"])
    #expect(result.status == 5)
    #expect(result.output == "out\n")
    #expect(
      result.errors
        == "err\nzleakcheck: no leaks, no heap violations in 1 process (1,234 allocations)\n")
    #expect(try line.names("parse").isEmpty)
    #expect(try line.remains().isEmpty)
  }

  @Test("findings decide the status, the report goes to standard error, the recording is kept")
  func findings() throws {
    let result = try line.zleakcheck(["run", "true"], recording: "leaky.zleak")
    #expect(result.status == 23)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("leak: 14 blocks, 1.2 KiB: 1 root of 96 bytes holds 13 blocks"))
    let names = try line.names("parse")
    #expect(names.count == 1)
    #expect(names.first?.hasSuffix(".zleak") == true)
    #expect(result.errors.contains("  zleakcheck report \(names.first ?? "?")\n"))
    #expect(try line.zleakcheck(["run", "true"], recording: "full.zleak").status == 24)
    #expect(try line.remains().isEmpty)
  }

  @Test(
    "statuses come in their order",
    arguments: [
      ("clean.zleak", "exit 3", 3, 3), ("leaky.zleak", "exit 3", 23, 3),
      ("full.zleak", "exit 3", 24, 3),
      ("clean.zleak", "kill -TERM $$", 143, 143), ("full.zleak", "kill -KILL $$", 137, 137),
      ("damaged.zleak", "exit 0", 70, 0),
    ] as [(String, String, Int32, Int32)])
  func statuses(recording: String, script: String, own: Int32, program: Int32) throws {
    let arguments = ["sh", "-c", script]
    #expect(try line.zleakcheck(["run"] + arguments, recording: recording).status == own)
    let passed = try line.zleakcheck(
      ["run", "--exit-code=program"] + arguments, recording: recording)
    #expect(passed.status == program)
    #expect(!passed.signal)
  }

  @Test("what could not be done comes before violations, the program's signal before leaks")
  func order() throws {
    func run(_ child: String, _ script: String, _ recording: String) throws -> CommandResult {
      let script = "STANDIN_RECORDING=\(line.folder)/\(child) sh -c 'exit 0'; \(script)"
      return try line.zleakcheck(["run", "sh", "-c", script], recording: recording)
    }
    #expect(try run("damaged.zleak", "exit 3", "full.zleak").status == 70)
    let killed = try run("leaky.zleak", "kill -TERM $$", "clean.zleak")
    #expect(killed.status == 143)
    #expect(killed.errors.contains("leak: 14 blocks"))
    #expect(try run("leaky.zleak", "exit 3", "clean.zleak").status == 23)
    #expect(try run("full.zleak", "kill -TERM $$", "clean.zleak").status == 24)
  }

  @Test("children are followed, and --only chooses among them")
  func children() throws {
    let all = try line.zleakcheck(["run", "--keep", "sh", "-c", "sh -c 'exit 0'; exit 0"])
    #expect(all.errors.contains("in 2 processes"))
    #expect(try line.names("parse").count == 2)
    let none = try line.zleakcheck(["run", "--only", "nix*", "sh", "-c", "exit 0"])
    #expect(none.status == 70)
    #expect(none.errors.contains("no process matches --only nix*"))
    let some = try line.zleakcheck(["run", "--only", "par*", "sh", "-c", "exit 0"])
    #expect(some.status == 0)
  }

  @Test("a program that was not watched is a sentence and 70, never silence")
  func unwatched() throws {
    let silent = try line.zleakcheck(["run", "true"], environment: ["STANDIN_SKIP": "1"])
    #expect(silent.status == 70)
    #expect(silent.errors.hasPrefix("zleakcheck: true could not be watched: it wrote no recording"))
    let idle = try line.zleakcheck(["run", "true"], environment: ["STANDIN_ALLOCATIONS": "0"])
    #expect(idle.status == 70)
    #expect(idle.errors.contains("it never called our malloc"))
    #expect(!idle.errors.contains("no leaks"))
    let killed = try line.zleakcheck(["run", "sh", "-c", "kill -KILL $$"])
    #expect(killed.errors.contains("was ended by SIGKILL: there is no recording of it"))
  }

  @Test("a program that allocated nothing and still came to harm was watched")
  func harmed() throws {
    let result = try line.zleakcheck(
      ["run", "true"], recording: "full.zleak", environment: ["STANDIN_ALLOCATIONS": "0"])
    #expect(result.status == 24)
    #expect(result.errors.contains("heap overflow: 3 bytes"))
  }

  @Test("a whole recording may have its draft's name")
  func draft() throws {
    let result = try line.zleakcheck(
      ["run", "true"], recording: "leaky.zleak", environment: ["STANDIN_DRAFT": "whole"])
    #expect(result.status == 23)
    #expect(try line.names("parse").first?.hasSuffix(".zleak") == true)
    #expect(try line.remains().isEmpty)
  }

  @Test("an empty draft says that a process started under the layer, and no more")
  func emptyDraft() throws {
    func run(_ script: String) throws -> CommandResult {
      try line.zleakcheck(
        ["run", "sh", "-c", script], environment: ["STANDIN_DRAFT": "empty"])
    }
    let killed = try run("kill -KILL $$")
    #expect(killed.status == 137)
    #expect(
      killed.errors
        == "zleakcheck: the program started under the layer and was ended by SIGKILL: "
        + "it left no recording\n")
    let ended = try run("exit 0")
    #expect(ended.status == 70)
    #expect(ended.errors.contains("it started under the layer but left no recording"))
    #expect(try line.remains().isEmpty)
    // A child's is a remark.
    let script = "STANDIN_DRAFT=empty sh -c 'exit 0'; exit 3"
    let child = try line.zleakcheck(["run", "sh", "-c", script])
    #expect(child.status == 3)
    #expect(child.errors.contains(") started under the layer but left no recording (killed"))
    #expect(try line.remains().isEmpty)
  }

  @Test("a process that outlives the program keeps the folder of its recording")
  func outlives() throws {
    // Foundation waits for all that inherit its socket: also for this sleep, to its end.
    let script = """
      STANDIN_DRAFT=empty sleep 15 >/dev/null 2>&1 &
      until set -- "$TMPDIR"/*/sleep.*.part && [ -e "$1" ]; do sleep 0.05; done
      exit 0
      """
    let result = try line.zleakcheck(["run", "sh", "-c", script])
    #expect(result.status == 0)
    #expect(result.errors.contains(") still runs: what is recorded at the end will be in "))
    #expect(try line.remains().count == 1)
  }

  @Test("--recordings names the folder for recordings, and it has to be there")
  func recordingsFolder() throws {
    try FileManager.default.createDirectory(
      atPath: line.folder + "/kept", withIntermediateDirectories: false)
    let arguments = ["run", "--recordings", "kept", "true"]
    let result = try line.zleakcheck(arguments, recording: "leaky.zleak")
    #expect(result.status == 23)
    #expect(try line.names("parse").isEmpty)
    let kept = try FileManager.default.contentsOfDirectory(atPath: line.folder + "/kept")
    #expect(kept.count == 1)
    #expect(result.errors.contains("  zleakcheck report kept/\(kept.first ?? "?")\n"))
    let none = try line.zleakcheck(["run", "--recordings", "nowhere", "true"])
    #expect(none.status == 70)
    #expect(none.errors.contains("cannot keep recordings in nowhere: No such file or directory"))
  }

  @Test("JSON has both statuses, on the output that was asked for")
  func json() throws {
    let result = try line.zleakcheck(
      ["run", "--format=json", "--output", "-", "sh", "-c", "exit 4"], recording: "leaky.zleak")
    #expect(result.errors.isEmpty)
    let document = try #require(JSON(parsing: result.output.utf8))
    #expect(document["exitStatus"]?["zleakcheck"]?.integer == 23)
    #expect(document["exitStatus"]?["program"]?.integer == 4)
    #expect(document["recordings"]?.elements?.count == 1)
    let file = try line.zleakcheck(
      ["run", "--output", "report.txt", "true"], recording: "leaky.zleak")
    #expect(file.errors.isEmpty)
    #expect(try line.names("report.txt") == ["report.txt"])
  }

  @Test("the environment has the library first and the user's words in the middle")
  func environment() throws {
    let result = try line.zleakcheck(
      ["run", "--options", "seed=7", "sh", "-c", "echo \"$LD_PRELOAD\"; echo \"$ZMALLOC_DEBUG\""],
      environment: ["ZMALLOC_DEBUG": "stacks=3", "LD_PRELOAD": ""])
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.first == (try StandIn.path()))
    #expect(
      lines.last?.hasPrefix("on,stacks=3,seed=7,record=\(line.folder)/tmp/zleakcheck.") == true)
    #expect(lines.last?.hasSuffix("/%e.%p.%t.%n.zleak,announce=off,exit=keep") == true)
  }

  @Test("an interrupt is the program's to handle, a termination and a hangup are passed on")
  func signals() throws {
    for signal in ["TERM", "HUP"] {
      let script =
        "trap 'echo got; exit 9' \(signal); kill -\(signal) $PPID; "
        + "n=0; while [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done"
      let result = try line.zleakcheck(["run", "sh", "-c", script])
      #expect(result.output == "got\n")
      #expect(result.status == 9)
    }
    let interrupt = try line.zleakcheck(["run", "sh", "-c", "kill -INT $PPID; sleep 0.2; exit 6"])
    #expect(interrupt.status == 6)
  }

  @Test("the program ignores what zleakcheck was started to ignore", arguments: ["HUP", "CHLD"])
  func ignored(signal: String) throws {
    let alive = try line.zleakcheck(
      ["run", "sh", "-c", "kill -\(signal) $$; kill -\(signal) $PPID; echo alive; exit 6"],
      ignoring: signal)
    #expect(alive.output == "alive\n")
    #expect(alive.status == 6)
    // The kernel's word, also after the check of the options, which starts a program, too.
    let bit = signal == "HUP" ? 1 : 1 << 16
    for arguments in [["run"], ["run", "--options", "seed=7"]] {
      let ask = arguments + ["grep", "SigIgn", "/proc/self/status"]
      let ignoring = try line.zleakcheck(ask, ignoring: signal)
      #expect(ignores(bit, ignoring))
      let listening = try line.zleakcheck(ask)
      #expect(!ignores(bit, listening))
    }
  }

  /// Whether a line of `/proc/self/status` has a bit.
  private func ignores(_ bit: Int, _ result: CommandResult) -> Bool {
    let mask = result.output.split(separator: "\t").last.map { $0.dropLast() } ?? ""
    return (Int(mask, radix: 16) ?? 0) & bit != 0
  }

  @Test("an existing recording is not overwritten")
  func collision() throws {
    let script = "for n in '' -2; do : > parse.$$$n.zleak; done"
    let result = try line.zleakcheck(["run", "sh", "-c", script], recording: "leaky.zleak")
    #expect(result.status == 23)
    #expect(try line.names("parse").count == 3)
    #expect(try line.names("parse").contains { $0.hasSuffix("-3.zleak") })
  }

  @Test("a recording that cannot be read stays where it is")
  func damaged() throws {
    let result = try line.zleakcheck(["run", "true"], recording: "damaged.zleak")
    #expect(result.status == 70)
    #expect(result.errors.contains("cannot be read: this is not a recording"))
    #expect(try line.remains().count == 1)
  }
}
