// Servers on the way: copies of the one before `main` that went on to an allocation and wait there.
// A run that fails behind one begins there, and not at `main`.
import Glibc

/// The rungs of one lane.
///
/// A rung costs the way up to it. It is made once the ways of runs from the one below have come to
/// two plain runs: who tries little makes none.
struct Ladder {
  private struct Rung {
    var point: UInt64
    var server: ForkServer
    /// How many plain runs the way from here has cost so far.
    var spent = 0.0
  }

  /// Each holds what it has touched of its memory.
  private static let countLimit = 16
  private static let byteLimit = 256 << 20
  /// From how many plain runs on a way has cost enough.
  ///
  /// It doubles where a program cannot wait: one that never can is asked seldom.
  private static let firstPrice = 2.0

  private var rungs: [Rung] = []
  private var spentBelow = 0.0
  private var price = Self.firstPrice
  private var byteCount = 0
  /// How many points a plain run has.
  private let total: Double

  /// How many runs began at a rung.
  private(set) var startCount = 0

  init(pointCount: UInt64) { total = Double(max(1, pointCount)) }

  /// The processes of all rungs.
  var processes: [pid_t] { rungs.map(\.server.process.identifier) }

  var count: Int { rungs.count }

  /// Where a run that fails at a point begins; `nil` for before `main`.
  mutating func start(for point: UInt64) -> ForkServer? {
    let index = rungs.lastIndex { $0.point <= point }
    let way = Double(point - (index.map { rungs[$0].point } ?? 0)) / total
    guard let index else {
      spentBelow += way
      return nil
    }
    rungs[index].spent += way
    startCount += 1
    return rungs[index].server
  }

  /// Whether a rung at this point is worth its price.
  func needs(_ point: UInt64) -> Bool {
    guard rungs.count < Self.countLimit, byteCount < Self.byteLimit else { return false }
    let below = rungs.last { $0.point <= point }
    let way = Double(point - (below?.point ?? 0)) / total
    return way > 1.0 / 64 && (below?.spent ?? spentBelow) >= price
  }

  /// Takes a rung in, or notes that there can be none.
  mutating func add(_ server: ForkServer?, at point: UInt64) {
    if let index = rungs.lastIndex(where: { $0.point <= point }) {
      rungs[index].spent = 0
    } else {
      spentBelow = 0
    }
    guard let server else {
      price *= 2
      return
    }
    byteCount += server.residentByteCount
    let index = rungs.firstIndex { $0.point > point } ?? rungs.count
    rungs.insert(Rung(point: point, server: server), at: index)
  }

  /// Forgets the rung of a server, which has ended.
  mutating func remove(_ server: ForkServer) {
    rungs.removeAll { $0.server === server }
    price = .infinity
  }

  /// Ends all.
  mutating func end() {
    for rung in rungs { rung.server.end() }
    rungs = []
  }
}
