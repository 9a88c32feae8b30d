// A run of one test in a new process of the same test binary. The process that starts it says by an
// environment variable which folder holds the request; the trait in the new process reads it there.
import CLinux
import Foundation
import Glibc
import LeakCheckKit
import Testing
import ZMalloc

/// The run that this process was started for.
struct Rerun: Sendable {
  private static let variable = "ZMALLOC_TESTING_RERUN"

  let test: String
  let testCase: String
  let plan: FaultPlan
  let files: RunFiles

  /// Nil in a process that runs tests as usual.
  static let current: Rerun? = {
    guard let folder = environmentValue(variable) else { return nil }
    let files = RunFiles(folder: folder)
    let words = files.text(files.request).split(separator: "\n", omittingEmptySubsequences: false)
    guard words.count >= 4, let number = Int(words[2]) else { return nil }
    let mode = AllocationFailureMode(rawValue: String(words[3])) ?? .once
    return Rerun(
      test: String(words[0]), testCase: String(words[1]),
      plan: SweepPoint(mode: mode, number: number).plan, files: files)
  }()

  /// Whether this process was started for this case of this test.
  func isFor(_ test: Test, _ testCase: Test.Case?) -> Bool {
    String(describing: test.id) == self.test && TestCaseKey(testCase).text == self.testCase
  }

  /// Runs the test's body, tells what came of it, and ends the process.
  func perform(_ body: @Sendable () async throws -> Void) async -> Never {
    guard let run = MeasuredRun(plan, files) else {
      fatalError("no scope: the debug layer does not watch this process")
    }
    await run.perform(body)
  }
}

/// What tells the cases of a parameterized test apart, the same in every process.
struct TestCaseKey {
  let text: String

  /// Reads the ids of the arguments.
  ///
  /// Swift Testing has them (they are what its own tools select cases by) but shows them in the
  /// case's description alone.
  init(_ testCase: Test.Case?) {
    guard let testCase, testCase.isParameterized else {
      text = "-"
      return
    }
    let description = String(describing: testCase)
    var ids: [Substring] = []
    var rest = description[...]
    while let start = rest.range(of: "ID(bytes: ["),
      let end = rest[start.upperBound...].range(of: "]")
    {
      ids.append(rest[start.upperBound..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    let discriminator = rest.range(of: "discriminator: ").map {
      rest[$0.upperBound...].prefix { $0.isNumber }
    }
    text = ids.joined(separator: ";") + "#" + (discriminator ?? "")
  }
}

/// New processes of the test binary, one for each run.
struct RerunStarter: Sendable {
  let test: String
  let testCase: String
  let files: RunFiles
  let limit: Duration

  /// Runs the test in a new process, with twice the time when the limit is met.
  func run(_ point: SweepPoint) async -> RunOutcome {
    let first = await attempt(point, limit)
    return first.end == .hung ? await attempt(point, limit * 2) : first
  }

  private func attempt(_ point: SweepPoint, _ limit: Duration) async -> RunOutcome {
    files.clear()
    let request = "\(test)\n\(testCase)\n\(point.number)\n\(point.mode.rawValue)\n"
    do {
      try OutputFile.path(files.request).write(request)
      return files.outcome(await wait(try start(), limit))
    } catch {
      return RunOutcome(end: .failed("\(error)"))
    }
  }

  /// Ends the child when the limit is met, without keeping a thread of the pool waiting.
  private func wait(_ child: Child, _ limit: Duration) async -> RunOutcome.End {
    if let end = await poll(child, limit) { return end }
    child.stop()
    _ = await poll(child, Child.grace)
    child.kill()
    return .hung
  }

  private func poll(_ child: Child, _ limit: Duration) async -> RunOutcome.End? {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let end = child.poll() { return end }
      try? await Task.sleep(for: .milliseconds(2))
      // A test that is cancelled leaves no process behind.
      if Task.isCancelled { break }
    }
    return child.poll()
  }
}

extension RerunStarter {
  /// The test alone: its id is a pattern to the runner.
  private var arguments: [String] {
    let special = "\\^$.|?*+()[]{}/"
    let pattern = test.reduce(into: "") { pattern, character in
      if special.contains(character) { pattern.append("\\") }
      pattern.append(character)
    }
    return [
      CommandLine.arguments.first ?? "test", "--testing-library", "swift-testing", "--filter",
      "^\(pattern)$",
    ]
  }

  private var environment: [String] {
    let own = ["ZMALLOC_TESTING_RERUN=", "SWIFT_BACKTRACE="]
    // Swift's backtracer takes seconds for a crash that the layer has recorded.
    return currentEnvironment().filter { entry in !own.contains { entry.hasPrefix($0) } }
      + ["ZMALLOC_TESTING_RERUN=\(files.folder)", "SWIFT_BACKTRACE=enable=no"]
  }

  private func start() throws(SystemError) -> Child {
    guard let program = realPath("/proc/self/exe"), let folder = currentFolder() else {
      throw SystemError("find", "the test binary", code: ENOENT)
    }
    let output = unsafe open(files.output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let input = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { for descriptor in [output, input] where descriptor >= 0 { close(descriptor) } }
    guard output >= 0, input >= 0 else { throw SystemError("write", files.output) }
    var process: pid_t = 0
    let code = unsafe start(program, folder, input, output, &process)
    guard code == 0 else { throw SystemError("start", program, code: code) }
    return Child(process)
  }

  private func start(
    _ program: String, _ folder: String, _ input: CInt, _ output: CInt,
    _ process: UnsafeMutablePointer<pid_t>
  ) -> CInt {
    let arguments = CStringArray(self.arguments)
    let environment = CStringArray(self.environment)
    let code = unsafe arguments.withPointers { arguments in
      unsafe environment.withPointers { environment in
        unsafe program.withCString { program in
          unsafe folder.withCString { folder in
            var request = unsafe clinux_start_request(
              path: program, arguments: arguments, environment: environment, folder: folder,
              standard_input: input, standard_output: output, standard_error: output,
              lent: (-1, -1), lent_as: (-1, -1))
            return unsafe clinux_start(&request, process)
          }
        }
      }
    }
    return (code ?? nil) ?? ENOMEM
  }
}
