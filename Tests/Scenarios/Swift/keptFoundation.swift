// Uses a good part of Foundation, and loses nothing. Left out is what Foundation itself leaks: each
// attributed string (resident memory grows), and each timer that nobody keeps.
import Foundation

struct Row: Codable, Equatable {
  var name: String
  var amounts: [Double]
  var date: Date
  var url: URL?
  var lists: [String: [Int]]
}

func code() throws {
  let rows = (0..<100).map { number in
    Row(
      name: "row \(number)", amounts: [Double(number), 0.5],
      date: Date(timeIntervalSince1970: Double(number)),
      url: URL(string: "https://example.com/\(number)?query=1#fragment"),
      lists: ["list \(number)": [1, 2, 3]])
  }
  let encoder = JSONEncoder()
  encoder.dateEncodingStrategy = .iso8601
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  let data = try encoder.encode(rows)
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .iso8601
  print(try decoder.decode([Row].self, from: data) == rows)
  let list = try PropertyListEncoder().encode(rows)
  print(try PropertyListDecoder().decode([Row].self, from: list) == rows)
  print((try JSONSerialization.jsonObject(with: data) as? [Any])?.count ?? 0)
}

func format() throws {
  let dates = DateFormatter()
  dates.locale = Locale(identifier: "de_DE")
  dates.timeZone = TimeZone(identifier: "Europe/Berlin")
  dates.dateStyle = .full
  print(dates.string(from: Date(timeIntervalSince1970: 0)))
  let numbers = NumberFormatter()
  numbers.numberStyle = .currency
  numbers.locale = Locale(identifier: "fr_FR")
  print(numbers.string(from: 1234.5) ?? "")
  let pattern = try NSRegularExpression(pattern: "(a+)(b*)")
  print(pattern.numberOfMatches(in: "aabab", range: NSRange(location: 0, length: 5)))
  print("a,b;c".components(separatedBy: CharacterSet(charactersIn: ",;")), "ÄÖ".lowercased())
  print(Measurement(value: 1, unit: UnitLength.meters).converted(to: .feet))
}

func files() throws {
  let manager = FileManager.default
  let folder = manager.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try manager.createDirectory(at: folder, withIntermediateDirectories: true)
  for number in 0..<10 {
    let file = folder.appendingPathComponent("file \(number)")
    try Data(repeating: UInt8(number), count: 1000).write(to: file, options: .atomic)
  }
  print(try manager.contentsOfDirectory(atPath: folder.path).count)
  print(manager.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects.count ?? 0)
  try manager.removeItem(at: folder)
}

nonisolated(unsafe) var timers: [Timer] = []

func run() throws {
  let center = NotificationCenter.default
  let token = center.addObserver(forName: .init("first"), object: nil, queue: nil) {
    print($0.name)
  }
  center.post(name: .init("first"), object: nil, userInfo: ["key": 1])
  center.removeObserver(token)
  _ = center.addObserver(forName: .init("second"), object: nil, queue: .main) { print($0) }
  let end = Date(timeIntervalSinceNow: 0.03)
  let timer = Timer.scheduledTimer(withTimeInterval: 0.01, repeats: true) { timer in
    if Date() > end { timer.invalidate() }
  }
  timers.append(timer)
  timers.append(Timer.scheduledTimer(withTimeInterval: 1000, repeats: true) { print($0) })
  while timer.isValid { RunLoop.main.run(until: Date(timeIntervalSinceNow: 0.02)) }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/echo")
  process.arguments = ["echo"]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  process.waitUntilExit()
  print(String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  let queue = OperationQueue()
  for number in 0..<10 { queue.addOperation { _ = (0..<number).map { "\($0)" } } }
  queue.waitUntilAllOperationsAreFinished()
}

func classes() throws {
  let array = NSMutableArray(array: [1, "text", 2.5])
  let dictionary = NSMutableDictionary(dictionary: ["array": array])
  let cache = NSCache<NSString, NSNumber>()
  cache.setObject(1, forKey: "key")
  print(dictionary.count, cache.object(forKey: "key") ?? 0)
  let archive = try NSKeyedArchiver.archivedData(
    withRootObject: NSArray(array: [1, 2]), requiringSecureCoding: false)
  print(archive.isEmpty, IndexSet(integersIn: 1...5).count, Data([1, 2]).base64EncodedString())
}

try code()
try format()
try files()
try run()
try classes()
