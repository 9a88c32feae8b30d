// Every heap mistake by every way in with every size: its exact first line and status, a silent
// twin, and the table that the article shows.
import Foundation
import Testing

@Suite("The matrix of heap mistakes")
struct HeapMistakeTests {
  @Test("each cell is told by its line, each twin is silent, and the article shows the table")
  func matrix() async throws {
    let failed = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
      for cell in MatrixCell.all {
        group.addTask { (cell.name, try await isAsExpected(cell)) }
      }
      var failed: Set<String> = []
      for try await (name, isRight) in group where !isRight { failed.insert(name) }
      return failed
    }
    let table = HeapMistakeMatrix(failed: failed).table
    print(table)
    if let file = ProcessInfo.processInfo.environment["ZMALLOC_MATRIX"] {
      try table.write(toFile: file, atomically: true, encoding: .utf8)
    } else {
      let article = "Sources/ZMalloc/ZMalloc.docc/HeapMistakes.md"
      let text = try String(
        contentsOf: Products.package.appendingPathComponent(article), encoding: .utf8)
      #expect(text.contains(table), "tools/heap-mistakes writes the table into \(article)")
    }
  }

  private func isAsExpected(_ cell: MatrixCell) async throws -> Bool {
    guard let expected = cell.expected else { return true }
    let found = try await cell.run(isGood: false)
    #expect(found == expected, "\(cell.name)")
    let twin = try await cell.run(isGood: true)
    #expect(twin.status == 0 && twin.errors == "", "the twin of \(cell.name): \(twin)")
    return found == expected && twin.status == 0 && twin.errors == ""
  }

  static let givers = [
    "malloc", "new", "new[]", "new-nothrow", "new[]-nothrow", "new-aligned", "new[]-aligned",
    "new-aligned-nothrow", "new[]-aligned-nothrow",
  ]
  static let takers = [
    "free", "realloc", "delete", "delete[]", "delete-sized", "delete[]-sized", "delete-nothrow",
    "delete[]-nothrow", "delete-aligned", "delete[]-aligned", "delete-sized-aligned",
    "delete[]-sized-aligned", "delete-aligned-nothrow", "delete[]-aligned-nothrow",
  ]

  @Test("every operator new against every way to give back", arguments: givers)
  func operators(_ giver: String) async throws {
    for taker in Self.takers {
      let mistake = HeapMistake(mixing: giver, with: taker)
      let cell = MatrixCell(mistake: mistake, way: .cpp, size: 24)
      let line = "zmalloc: " + HeapMistake.mixedLine(giver, taker, 24)
      let isMixed = HeapMistake.family(ofTaker: taker) != HeapMistake.family(ofGiver: giver)
      #expect(
        try await cell.run(isGood: false)
          == Outcome(status: isMixed ? 134 : 0, output: "", errors: isMixed ? line : ""),
        "\(giver) and \(taker)")
    }
  }

  @Test("C++ programs see the standard's operators", arguments: Entrance.allCases.prefix(1))
  func undisturbed(_ entrance: Entrance) async throws {
    try await expectUndisturbed(Scenario("cpp_new_handler"), at: entrance)
    try await expectUndisturbed(Scenario("cpp_operators_own"), at: entrance)
  }
}
