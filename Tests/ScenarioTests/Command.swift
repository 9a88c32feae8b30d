// One program: started in a folder, with a time limit, its streams in files of that folder.
import Foundation

/// What a process left behind.
struct Outcome: Sendable, Equatable {
  /// The exit status; 128 and the signal's number when a signal ended it, as a shell says it.
  var status: Int
  /// Standard output.
  var output: String
  /// Standard error.
  var errors: String
}

/// A process to start.
struct Command: Sendable {
  /// The path of the program.
  var program: String
  /// Its arguments, without its name.
  var arguments: [String] = []
  /// What to add to the environment.
  var environment: [String: String] = [:]
  /// What it reads on standard input.
  var input = ""
  /// Generous: a loaded machine is slow, and only a hang should meet it.
  var timeLimit = Duration.seconds(120)

  /// Runs it to its end, with `folder` as its working folder.
  func run(in folder: URL) async throws -> Outcome {
    await Gate.processes.enter()
    let result: Result<Outcome, any Error>
    do {
      result = .success(try await runNow(in: folder))
    } catch {
      result = .failure(error)
    }
    await Gate.processes.leave()
    return try result.get()
  }

  private func runNow(in folder: URL) async throws -> Outcome {
    let streams = folder.appendingPathComponent(".streams-\(UUID().uuidString)")
    let manager = FileManager.default
    try manager.createDirectory(at: streams, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: streams) }
    let names = ["input", "output", "errors"].map(streams.appendingPathComponent)
    for name in names { try Data((name == names[0] ? input : "").utf8).write(to: name) }

    // The shell changes the folder and the streams, and becomes the program.
    let script = "cd \"$1\" && exec <\"$2\" >\"$3\" 2>\"$4\" && shift 4 && exec env \"$@\""
    let words = ["sh", "-c", script, "sh", folder.path] + names.map(\.path)
    let added = environment.map { "\($0)=\($1)" }.sorted()
    let status = try await SpawnedProcess(
      path: "/bin/sh", arguments: words + added + [program] + arguments,
      environment: Command.cleanEnvironment
    ).status(within: timeLimit)
    let texts = try names.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Outcome(status: status ?? Command.timedOut, output: texts[1], errors: texts[2])
  }

  /// The status that stands for a process that met its time limit.
  static let timedOut = -1

  /// This process's environment without what would change the programs under test.
  private static let cleanEnvironment: [String] = {
    var variables = ProcessInfo.processInfo.environment
    let names = [
      "LD_PRELOAD", "LD_LIBRARY_PATH", "ZMALLOC_DEBUG", "LSAN_OPTIONS", "PYTHONMALLOC", "NO_COLOR",
    ]
    for name in names { variables[name] = nil }
    // A part of a campaign is what a test says.
    for name in variables.keys where name.hasPrefix("SLURM_") || name.hasPrefix("JOB_COMPLETION") {
      variables[name] = nil
    }
    variables["GIT_CONFIG_GLOBAL"] = "/dev/null"
    variables["GIT_CONFIG_SYSTEM"] = "/dev/null"
    variables["LC_ALL"] = "C.UTF-8"
    return variables.map { "\($0)=\($1)" }.sorted()
  }()
}

/// Runs `body` with a fresh folder that is removed afterwards.
func inScratchFolder<Value>(
  _ body: (URL) async throws -> Value
) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("zmalloc-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}
