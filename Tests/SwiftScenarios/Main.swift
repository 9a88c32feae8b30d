// Runs the scenario that the first argument names.

import Foundation

/// Ends the process.
func exitNow(_ status: Int32) -> Never { exit(status) }

@main
struct Main {
  static func main() {
    guard CommandLine.arguments.count > 1, let body = scenarios[CommandLine.arguments[1]] else {
      stop("scenarios: \(scenarios.keys.sorted().joined(separator: " "))")
    }
    body()
  }
}
