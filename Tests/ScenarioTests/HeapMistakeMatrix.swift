// The matrix of heap mistakes as it was found: run, counted, and written as a table.
import Foundation

/// One mistake by one way in with one size.
struct MatrixCell: Sendable {
  var mistake: HeapMistake
  var way: WayIn
  var size: Int

  var name: String { "\(way.rawValue): \(mistake.name) \(size) \(mistake.options)" }

  /// Every cell that there is.
  static let all = HeapMistake.all.flatMap { mistake in
    mistake.ways.flatMap { way in
      HeapMistake.sizes.map { MatrixCell(mistake: mistake, way: way, size: $0) }
    }
  }

  /// Runs its program, or the twin without the mistake.
  func run(isGood: Bool) async throws -> Outcome {
    var command = Command(program: try program(isGood), arguments: [mistake.name, "\(size)"])
    let options = mistake.options.isEmpty ? "on" : "on," + mistake.options
    command.environment["ZMALLOC_DEBUG"] = options
    // A large block is mapped again at the address of one that was freed.
    command.environment["MALLOC_MMAP_THRESHOLD_"] = "131072"
    switch way {
    case .preload, .cpp:
      command.environment["LD_PRELOAD"] = try Products.library("libzmalloc-preload.so")
    case .linked:
      command.environment["LD_LIBRARY_PATH"] =
        Products.dist.appendingPathComponent("lib/debug").path
    case .swift: command.arguments.insert(isGood ? "matrix-good" : "matrix", at: 0)
    }
    return try await inScratchFolder { folder in
      var outcome = try await command.run(in: folder)
      outcome.errors = firstLine(of: outcome.errors)
      return outcome
    }
  }

  private func program(_ isGood: Bool) throws -> String {
    let twin = isGood ? "-good" : ""
    return switch way {
    case .preload: try Products.scenario("malloc/mistake\(twin)")
    case .linked: try Products.scenario("zmalloc/mistake\(twin)")
    case .cpp: try Products.scenario("malloc/cpp_mistake\(twin)")
    case .swift: try Products.swiftScenarios()
    }
  }

  /// What its program has to leave behind; `nil` where there is no such mistake.
  var expected: Outcome? {
    switch mistake.expectation(way, size) {
    case .caught(let line, let status):
      // A fault comes before the program can say a word.
      let output = mistake.isFault(line) ? "" : mistake.output
      return Outcome(status: status, output: output, errors: "zmalloc: " + line)
    case .late(let line, let status):
      return Outcome(status: status, output: mistake.output, errors: "zmalloc: " + line)
    case .missed: return Outcome(status: 0, output: mistake.output, errors: "")
    case .none: return nil
    }
  }

  /// Whether the mistake counts as caught.
  var isCaught: Bool {
    if case .caught = mistake.expectation(way, size) { return true }
    return false
  }
}

/// The table of all cells.
struct HeapMistakeMatrix {
  /// The cells that were not as they have to be, by name.
  var failed: Set<String> = []

  /// Caught and all cells of a row and a column; of all rows or columns without one.
  func count(_ mistake: HeapMistake? = nil, _ way: WayIn? = nil) -> (caught: Int, all: Int) {
    let cells = MatrixCell.all.filter {
      (mistake == nil || $0.mistake.title == mistake?.title) && (way == nil || $0.way == way)
        && $0.expected != nil
    }
    return (cells.count { $0.isCaught && !failed.contains($0.name) }, cells.count)
  }

  /// The table in Markdown.
  var table: String {
    let ways = WayIn.allCases
    var lines = [
      "| mistake | " + ways.map(\.rawValue).joined(separator: " | ") + " |",
      "|---|" + ways.map { _ in "---|" }.joined(),
    ]
    for mistake in HeapMistake.all {
      let counts = ways.map { text(count(mistake, $0)) }
      lines.append("| \(mistake.title) | " + counts.joined(separator: " | ") + " |")
    }
    let sums = ways.map { text(count(nil, $0)) }
    lines.append("| all | " + sums.joined(separator: " | ") + " |")
    let total = count()
    lines.append("")
    lines.append("Caught: \(total.caught) of \(total.all).")
    return lines.joined(separator: "\n")
  }

  private func text(_ count: (caught: Int, all: Int)) -> String {
    count.all == 0 ? "–" : "\(count.caught) of \(count.all)"
  }
}
