// Which module an address is in.
import Recording

/// The modules of a recording by address.
struct ModuleMap {
  private struct Span {
    var start: UInt64
    var end: UInt64
    var index: Int
  }

  private let open: [Span]
  private let closed: [Span]

  /// Sorts the modules by their start.
  init(_ modules: [Module]) {
    func spans(_ isClosed: Bool) -> [Span] {
      modules.indices.filter { modules[$0].isClosed == isClosed }
        .map { Span(start: modules[$0].start, end: modules[$0].end, index: $0) }
        .sorted { ($0.start, $0.index) < ($1.start, $1.index) }
    }
    open = spans(false)
    closed = spans(true)
  }

  /// The index of the module that holds `address`: one that is still mapped, else one that was.
  func index(of address: UInt64) -> Int? {
    Self.find(address, open) ?? Self.find(address, closed)
  }

  private static func find(_ address: UInt64, _ spans: [Span]) -> Int? {
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    // Spans of modules that were closed may overlap: look back a little, not forever.
    for span in spans[..<low].reversed().prefix(16) where address < span.end { return span.index }
    return nil
  }
}
