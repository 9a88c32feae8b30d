// Runs the built command in a scratch folder, with the stand-in for the preload library.
import Foundation
import Recording
import RecordingSamples
import Testing

/// What a command did.
struct CommandResult {
  var status: Int32
  var signal: Bool
  var output: String
  var errors: String
}

/// A scratch folder with everything that a test of the command needs.
final class CommandLine {
  let folder: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("zleakcheck-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: folder + "/tmp", withIntermediateDirectories: true)
    self.folder = folder
    try write(SampleRecording.full, "full.zleak")
    var clean = SampleRecording.full
    clean.violations = []
    clean.crash = nil
    clean.blocks = []
    clean.meta.set(.lostBlockCount, to: 0)
    clean.meta.set(.stacksDropped, to: 0)
    try write(clean, "clean.zleak")
    var leaky = SampleRecording.full
    leaky.violations = []
    leaky.crash = nil
    try write(leaky, "leaky.zleak")
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/damaged.zleak"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ recording: Recording, _ name: String) throws {
    try Data(RecordingEncoder.bytes(of: recording))
      .write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// The names in the folder that begin with `prefix`.
  func names(_ prefix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// What `run` left in the temporary folder.
  func remains() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/tmp")
  }

  /// Runs `zleakcheck` with these arguments.
  ///
  /// - Parameters:
  ///   - arguments: What stands after its name.
  ///   - recording: What the stand-in writes.
  ///   - signals: The signals that it is started to ignore, as a shell names them.
  ///   - extra: What to add to the environment.
  /// - Returns: What it did.
  /// - Throws: What Foundation says when it cannot be started.
  func zleakcheck(
    _ arguments: [String], recording: String = "clean.zleak", ignoring signals: String = "",
    environment extra: [String: String] = [:]
  ) throws -> CommandResult {
    try run(
      try Self.command(), arguments, recording: recording, ignoring: signals, environment: extra)
  }

  /// Runs any program the same way.
  func run(
    _ program: String, _ arguments: [String], recording: String = "clean.zleak",
    ignoring signals: String = "", environment extra: [String: String] = [:]
  ) throws -> CommandResult {
    let process = Process()
    if signals.isEmpty {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
    } else {
      // Not sh: dash does not hand an ignored SIGCHLD on.
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      let script = "trap '' \(signals); exec \"$0\" \"$@\""
      process.arguments = ["-c", script, program] + arguments
    }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var environment = ProcessInfo.processInfo.environment
    environment["ZLEAKCHECK_PRELOAD"] = try StandIn.path()
    environment["STANDIN_RECORDING"] = folder + "/" + recording
    environment["TMPDIR"] = folder + "/tmp"
    environment["ZMALLOC_DEBUG"] = nil
    environment.merge(extra) { $1 }
    process.environment = environment
    // Files, not pipes: a full pipe would stop the command.
    let output = folder + "/tmp.out"
    let errors = folder + "/tmp.err"
    for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardInput = FileHandle.nullDevice
    // The threads of the test runner block all signals, and a child would inherit that.
    var none = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &old)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &old, nil) }
    try process.run()
    // A hang is a failed test, not a run of the tests that never ends.
    let killer = DispatchWorkItem { [pid = process.processIdentifier] in kill(pid, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: killer)
    process.waitUntilExit()
    killer.cancel()
    return CommandResult(
      status: process.terminationStatus, signal: process.terminationReason == .uncaughtSignal,
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  /// The built command stands beside the test bundle.
  static func command() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: own).deletingLastPathComponent()
      .appendingPathComponent("zleakcheck").path
  }
}

/// The stand-in for the preload library, compiled once.
enum StandIn {
  private static let built: Result<String, any Error> = Result {
    _ = owner
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("standin.c").path
    let library = FileManager.default.temporaryDirectory
      .appendingPathComponent("standin-\(UUID().uuidString).so").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["cc", "-shared", "-fPIC", "-o", library, source]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "standin.c does not compile")
    atexit { StandIn.remove() }
    return library
  }

  /// Not in a copy of the process, which may end before it.
  private static let owner = getpid()

  private static func remove() {
    guard getpid() == owner, let library = try? built.get() else { return }
    try? FileManager.default.removeItem(atPath: library)
  }

  static func path() throws -> String { try built.get() }
}
