// Runs the scenario that the first argument names.

import Foundation

/// Ends the process.
func exitNow(_ status: Int32) -> Never { exit(status) }

/// With and without an owner.
@MainActor let allMistakes = mistakes.merging(ownedMistakes) { first, _ in first }

@main
struct Main {
  static func main() {
    let name = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : ""
    let isGood = name.hasSuffix("-good")
    if let body = scenarios[name] {
      body()
    } else if name.hasPrefix("matrix"), CommandLine.arguments.count == 4 {
      let words = CommandLine.arguments
      guard let mistake = matrixMistakes[words[2]], let size = Int(words[3]) else {
        stop("matrix: \(matrixMistakes.keys.sorted().joined(separator: " "))")
      }
      mistake(size, !isGood)
    } else if let body = allMistakes[isGood ? String(name.dropLast(5)) : name] {
      body(!isGood)
    } else {
      let names =
        scenarios.keys.sorted() + allMistakes.keys.sorted().flatMap { [$0, $0 + "-good"] }
      stop("scenarios: \(names.joined(separator: " "))")
    }
  }
}
