// Names and lines that were looked up once: tests that fail side by side share most of their
// stacks, and each start of a symbolizer costs a third of a second in a large test binary.
import LeakCheckKit
import Synchronization

/// A symbolizer that remembers, over one that does not.
struct CachedSymbols: Symbolizer {
  private static let known = Mutex<[String: [UInt64: [SymbolFrame]]]>([:])

  let below: any Symbolizer

  /// Looks up what is not known yet, all in one go.
  func symbolize(_ requests: [SymbolRequest]) -> SymbolAnswer {
    // One at a time: dozens of symbolizers would wait for each other's memory.
    CachedSymbols.known.withLock { known in
      var missing: [SymbolRequest] = []
      for request in requests {
        var rest = request
        rest.addresses.removeAll { known[request.path]?[$0] != nil }
        if !rest.addresses.isEmpty { missing.append(rest) }
      }
      var answer = below.symbolize(missing)
      for (request, frames) in zip(missing, answer.frames) {
        for (address, found) in zip(request.addresses, frames) {
          known[request.path, default: [:]][address] = found
        }
      }
      fill(missing, from: ELFSymbolizer(), &known)
      answer.frames = requests.map { request in
        request.addresses.map { known[request.path]?[$0] ?? [] }
      }
      return answer
    }
  }

  /// What the symbolizer did not know, the files' own tables may; what nobody knows is remembered
  /// too, since to read those tables again takes longer than all the rest.
  private func fill(
    _ requests: [SymbolRequest], from names: some Symbolizer,
    _ known: inout [String: [UInt64: [SymbolFrame]]]
  ) {
    var missing: [SymbolRequest] = []
    for request in requests {
      var rest = request
      rest.addresses.removeAll { known[request.path]?[$0]?.isEmpty == false }
      if !rest.addresses.isEmpty { missing.append(rest) }
    }
    for (request, frames) in zip(missing, names.symbolize(missing).frames) {
      for (address, found) in zip(request.addresses, frames) {
        known[request.path, default: [:]][address] =
          found.isEmpty ? [SymbolFrame(linkerName: nil, location: nil)] : found
      }
    }
  }
}
