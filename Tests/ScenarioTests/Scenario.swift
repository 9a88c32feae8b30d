// A scenario program under the layer, at one of its two entrances.
import Foundation

/// How a program meets the layer.
enum Entrance: String, Sendable, CaseIterable {
  /// libc's malloc, under `zleakcheck run` and its preload library.
  case preload
  /// The z-functions, linked, with the debug library in the place of the production one.
  case linked

  /// The folder of the programs that were compiled for it.
  var folder: String { self == .preload ? "malloc" : "zmalloc" }
}

/// A scenario program with its arguments and options.
struct Scenario: Sendable, CustomStringConvertible {
  /// The name of the program.
  var program: String
  /// Its arguments; `library:NAME` stands for the path of a library of the scenarios.
  var arguments: [String] = []
  /// What to add to `ZMALLOC_DEBUG=on`.
  var options = ""
  /// What it reads on standard input.
  var input = ""
  /// What to add to the environment.
  var environment: [String: String] = [:]

  init(_ program: String, _ arguments: [String] = [], options: String = "", input: String = "") {
    self.program = program
    self.arguments = arguments
    self.options = options
    self.input = input
  }

  init(_ program: String, _ number: Int, _ numbers: Int..., options: String = "") {
    self.init(program, ([number] + numbers).map(String.init), options: options)
  }

  var description: String {
    let words = arguments.map { $0.replacing("library:", with: "") }
    return ([program] + words + (options.isEmpty ? [] : [options])).joined(separator: "_")
  }

  /// The same program compiled without its mistake.
  var goodTwin: Scenario {
    var twin = self
    twin.program += "-good"
    return twin
  }

  /// Runs it without the layer.
  func runPlain(at entrance: Entrance, in folder: URL) async throws -> Outcome {
    var command = try command(at: entrance)
    if entrance == .linked {
      command.environment["LD_LIBRARY_PATH"] = Products.dist.appendingPathComponent("lib").path
    }
    return try await command.run(in: folder)
  }

  // Recordings and the report are left in `folder`. `flags` are more flags for `zleakcheck run`,
  // not for the linked entrance; `libraries` is where the program looks for libraries first.
  /// Runs it under the layer.
  func run(
    at entrance: Entrance, flags: [String] = [], libraries: URL? = nil, in folder: URL
  ) async throws -> Outcome {
    var command = try command(at: entrance)
    command.environment["LD_LIBRARY_PATH"] = libraries?.path
    switch entrance {
    case .linked:
      let debug = Products.dist.appendingPathComponent("lib/debug").path
      let folders = [libraries?.path, debug].compactMap { $0 }
      command.environment["LD_LIBRARY_PATH"] = folders.joined(separator: ":")
      command.environment["ZMALLOC_DEBUG"] = options.isEmpty ? "on" : "on," + options
    case .preload:
      var run = ["run", "--output", "report.txt"] + flags
      if !options.isEmpty { run += ["--options", options] }
      command.arguments = run + ["--", command.program] + command.arguments
      command.program = try Products.zleakcheck()
    }
    return try await command.run(in: folder)
  }

  private func command(at entrance: Entrance) throws -> Command {
    let paths = try arguments.map { argument in
      guard argument.hasPrefix("library:") else { return argument }
      return try Products.scenario("libraries/\(argument.dropFirst(8)).so")
    }
    let path = try Products.scenario("\(entrance.folder)/\(program)")
    return Command(program: path, arguments: paths, environment: environment, input: input)
  }
}
