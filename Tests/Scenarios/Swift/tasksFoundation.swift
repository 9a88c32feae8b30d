// Tasks, actors, JSON, dates, files and formatted numbers, and not a block lost.
import Foundation

struct Row: Codable, Sendable, Equatable {
  var name: String
  var amounts: [Double]
}

actor Total {
  private(set) var sum = 0.0
  func add(_ value: Double) { sum += value }
}

let rows = (0..<200).map { Row(name: "row \($0)", amounts: [Double($0), 0.5]) }
let data = try JSONEncoder().encode(rows)
let decoded = try JSONDecoder().decode([Row].self, from: data)
precondition(decoded == rows)

let total = Total()
await withTaskGroup(of: Void.self) { group in
  for row in decoded {
    group.addTask {
      await Task.yield()
      for amount in row.amounts { await total.add(amount) }
    }
  }
}
print(await total.sum)

let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
try data.write(to: file)
print(try Data(contentsOf: file).count == data.count)
try FileManager.default.removeItem(at: file)

let words = "the quick brown fox".components(separatedBy: " ").map(\.capitalized)
print(words.joined(separator: "-"), String(format: "%.2f", 3.14159))
let date = Date(timeIntervalSince1970: 0)
print(ISO8601DateFormatter().string(from: date))
