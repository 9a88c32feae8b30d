// Names of functions out of an ELF file's symbol tables: what is left when there is no symbolizer.

/// The functions of one file, by address.
struct ELFSymbols {
  private struct Function {
    var address: UInt64
    var byteCount: UInt64
    var nameOffset: Int
  }

  private var functions: [Function] = []
  private var names: [UInt8] = []

  /// Reads the functions of `image`: the full table if it has one, else the dynamic one.
  init(_ image: borrowing ELFImage) {
    let tables = [UInt32(2), UInt32(11)]
    for type in tables {
      guard let part = image.sections.first(where: { $0.type == type }),
        Int(part.link) < image.sections.count,
        let symbols = image.bytes(of: part),
        let strings = image.bytes(of: image.sections[Int(part.link)])
      else { continue }
      names = strings
      for start in stride(from: 0, through: symbols.count - 24, by: 24) {
        let kind = symbols[start + 4] & 0xF
        let section: UInt16 = symbols.integer(at: start + 6)
        // STT_FUNC and STT_GNU_IFUNC, defined.
        guard kind == 2 || kind == 10, section != 0 else { continue }
        functions.append(
          Function(
            address: symbols.integer(at: start + 8), byteCount: symbols.integer(at: start + 16),
            nameOffset: Int(symbols.integer(at: start) as UInt32)))
      }
      if !functions.isEmpty { break }
    }
    functions.sort { ($0.address, $0.nameOffset) < ($1.address, $1.nameOffset) }
  }

  /// The linker's name of the function at an address, `nil` between functions.
  ///
  /// Takes O(log *n*) for *n* functions.
  func name(at address: UInt64) -> String? {
    var low = 0
    var high = functions.count
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let function = functions[low - 1]
    let distance = address - function.address
    guard distance < function.byteCount || (function.byteCount == 0 && distance < 4_096) else {
      return nil
    }
    return name(at: function.nameOffset)
  }

  /// Whether the file defines a function of this name.
  func defines(_ name: String) -> Bool {
    let wanted = Array(name.utf8) + [0]
    return functions.contains { function in
      let offset = function.nameOffset
      return offset < names.count && names[offset...].starts(with: wanted)
    }
  }

  private func name(at offset: Int) -> String? {
    guard offset > 0, offset < names.count else { return nil }
    let rest = names[offset...].prefix(4_096)
    guard let end = rest.firstIndex(of: 0), end > offset else { return nil }
    return String(decoding: rest[..<end], as: UTF8.self)
  }
}

/// A symbolizer that knows names only, out of the files' own symbol tables.
public struct ELFSymbolizer: Symbolizer {
  /// Makes one; it has nothing to set up.
  public init() {}

  /// Looks all addresses up.
  public func symbolize(_ requests: [SymbolRequest]) -> SymbolAnswer {
    let frames = requests.map { request -> [[SymbolFrame]] in
      guard let image = ELFImage(path: request.path) else {
        return Array(repeating: [], count: request.addresses.count)
      }
      let symbols = ELFSymbols(image)
      return request.addresses.map { address in
        guard let name = symbols.name(at: address) else { return [] }
        return [SymbolFrame(linkerName: name, location: nil)]
      }
    }
    return SymbolAnswer(frames: frames, note: nil)
  }
}
