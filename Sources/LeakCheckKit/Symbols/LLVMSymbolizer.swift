// Symbols through llvm-symbolizer: one process for a report, all modules in one go.

/// A symbolizer that starts `llvm-symbolizer` once.
public struct LLVMSymbolizer: Symbolizer {
  /// The program's path.
  public var path: String
  /// Milliseconds without a sign of life after which it is killed.
  public var patience: Int32

  /// Makes a symbolizer of the program at `path`.
  public init(path: String, patience: Int32 = 30_000) {
    self.path = path
    self.patience = patience
  }

  /// Looks all addresses up.
  ///
  /// A process that cannot start, fails or hangs costs the names that it did not give, and a note.
  public func symbolize(_ requests: [SymbolRequest]) -> SymbolAnswer {
    var answer = SymbolAnswer(
      frames: requests.map { Array(repeating: [], count: $0.addresses.count) }, note: nil)
    // Quotes and line ends have no spelling in its input.
    let askable = requests.indices.filter { index in
      !requests[index].path.utf8.contains { $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    }
    var input: [UInt8] = []
    for index in askable {
      for address in requests[index].addresses {
        input += Array("CODE \"\(requests[index].path)\" \(hexadecimal(address))\n".utf8)
      }
    }
    guard !input.isEmpty else { return answer }
    let result: PipedResult
    do throws(SystemError) {
      // It must not ask a debuginfod server: a report is made without a network.
      let environment = currentEnvironment().filter {
        !$0.hasPrefix("DEBUGINFOD_URLS=") && !$0.hasPrefix("LD_PRELOAD=")
          && !$0.hasPrefix("ZMALLOC_DEBUG=")
      }
      var process = try PipedProcess(
        path, arguments: ["--output-style=JSON", "--inlines", "--no-demangle"],
        environment: environment)
      // A line of input has some 40 bytes; 10 KB of functions inlined into each other are a lot.
      result = process.exchange(
        input, outputByteLimit: input.count * 256 + 1 << 20, patience: patience)
    } catch {
      answer.note = "no source lines: \(error)"
      return answer
    }
    let found = Self.parse(result.output)
    for index in askable {
      guard let byAddress = found[requests[index].path] else { continue }
      for (position, address) in requests[index].addresses.enumerated() {
        answer.frames[index][position] = byAddress[address] ?? []
      }
    }
    if result.isTimedOut {
      answer.note = "some source lines are missing: \(path) hung or babbled, and was killed"
    } else if !result.isSuccess {
      answer.note = "some source lines may be missing: \(path) failed"
    }
    return answer
  }

  /// The answers by module and address; lines that are not understood are left out.
  static func parse(_ output: [UInt8]) -> [String: [UInt64: [SymbolFrame]]] {
    var found: [String: [UInt64: [SymbolFrame]]] = [:]
    for line in output.split(separator: 0x0A) {
      guard let answer = JSON(parsing: line), let module = answer["ModuleName"]?.text,
        let addressText = answer["Address"]?.text,
        let address = UInt64(addressText.dropFirst(2), radix: 16),
        let symbols = answer["Symbol"]?.elements
      else { continue }
      let frames = symbols.map(frame).filter { $0.linkerName != nil || $0.location != nil }
      found[module, default: [:]][address] = frames
    }
    return found
  }

  private static let linkerMarks: Set<String> = [
    "__ehdr_start", "__executable_start", "_init", "_fini", "_end", "_edata", "_etext",
    "__bss_start",
    "_DYNAMIC", "_GLOBAL_OFFSET_TABLE_",
  ]

  private static func frame(_ symbol: JSON) -> SymbolFrame {
    let name = symbol["FunctionName"]?.text ?? ""
    let file = symbol["FileName"]?.text ?? ""
    let line = Int(symbol["Line"]?.integer ?? 0)
    let column = Int(symbol["Column"]?.integer ?? 0)
    let hasPlace = !file.isEmpty && line > 0 && !file.hasSuffix("<compiler-generated>")
    // Where a file has no symbol for an address, the nearest mark of the linker is no answer.
    let isNamed = !name.isEmpty && name != "??" && (hasPlace || !linkerMarks.contains(name))
    return SymbolFrame(
      linkerName: isNamed ? name : nil,
      location: hasPlace
        ? SourceLocation(file: file, line: line, column: column > 0 ? column : nil) : nil)
  }
}
