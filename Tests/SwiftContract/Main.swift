// The conformance program of the Swift z-functions: `zmalloc-contract NAME` runs one case,
// `zmalloc-contract --list` names them. Cases have the names of those in C, and print the same.

import Glibc
import ZMalloc

/// The cases by name.
@MainActor let cases: [String: @MainActor () -> Void] = [
  zeroCases, tooLargeCases, usableCases, resizeCases, freeCases, textCases, accountCases,
  handlerCases, alignedCases, processCases, misuseCases,
].reduce(into: [:]) { all, topic in
  all.merge(topic) { _, twin in twin }
}

@main
struct Main {
  static func main() {
    let wanted = CommandLine.arguments.count == 2 ? CommandLine.arguments[1] : ""
    if wanted == "--list" {
      for name in cases.keys.sorted() { say(name) }
    } else if let body = cases[wanted] {
      unsafe usedBefore = zmalloc_used_memory()
      body()
    } else {
      say("usage: zmalloc-contract NAME, or zmalloc-contract --list")
      exit(64)
    }
  }
}
