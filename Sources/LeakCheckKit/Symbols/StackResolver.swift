// From a recording's stacks to frames with names: addresses are gathered, asked for once, and put
// together again.
public import Recording

/// Resolves the stacks of one recording.
///
/// ``prepare(_:)`` takes every stack that will be shown, so that one process answers all of them.
public struct StackResolver {
  private let recording: Recording
  private let symbolizer: (any Symbolizer)?
  private let modules: ModuleMap
  private var frames: [UInt64: [Frame]] = [:]
  /// Sentences for the report: what could not be resolved, and why.
  public private(set) var notes: [String] = []

  /// Makes a resolver.
  ///
  /// - Parameters:
  ///   - recording: What holds the stacks.
  ///   - symbolizer: What knows lines; without it the files' own names have to do.
  public init(_ recording: Recording, symbolizer: (any Symbolizer)?) {
    self.recording = recording
    self.symbolizer = symbolizer
    modules = ModuleMap(recording.modules)
  }

  /// Resolves every address of these stacks.
  public mutating func prepare(_ stacks: some Sequence<UInt32>) {
    var wanted: Set<UInt64> = []
    for id in Set(stacks) {
      guard let stack = recording.stacks[id] else { continue }
      for index in stack.addresses.indices {
        let address = Self.lookupAddress(stack, index)
        if frames[address] == nil { wanted.insert(address) }
      }
    }
    var addresses: [Int: [UInt64]] = [:]
    for address in wanted.sorted() {
      if let index = modules.index(of: address) {
        addresses[index, default: []].append(address)
      } else {
        frames[address] = [unknownFrame(address, module: nil)]
      }
    }
    let indices = addresses.keys.sorted()
    var usable: [Int] = []
    for index in indices where isUsable(index) { usable.append(index) }
    let requests = usable.map { index in
      SymbolRequest(
        path: recording.modules[index].pathText,
        addresses: (addresses[index] ?? []).map { $0 &- recording.modules[index].bias })
    }
    let answer = ask(requests)
    for index in indices {
      let position = usable.firstIndex(of: index)
      for (offset, address) in (addresses[index] ?? []).enumerated() {
        let found = position.map { answer[$0][offset] } ?? []
        frames[address] = assemble(address, found, module: recording.modules[index])
      }
    }
  }

  /// A stack with names; a stack that was not prepared has none.
  public func stack(_ id: UInt32) -> ResolvedStack {
    guard let stack = recording.stacks[id] else { return .none }
    var resolved: [Frame] = []
    for index in stack.addresses.indices {
      let address = Self.lookupAddress(stack, index)
      let here = frames[address] ?? [unknownFrame(address, module: nil)]
      resolved += here.filter { $0.origin != .layer }
    }
    return ResolvedStack(frames: resolved, isCut: stack.isCut, isOneFrame: stack.isOneFrame)
  }

  /// The path of the module that holds an address, `nil` where it is in none.
  func modulePath(of address: UInt64) -> String? {
    modules.index(of: address).map { recording.modules[$0].pathText }
  }

  /// A return address stands after its call: the byte before it is the call's.
  private static func lookupAddress(_ stack: CallStack, _ index: Int) -> UInt64 {
    let address = stack.addresses[index]
    let isExact = stack.isExact && index == stack.addresses.startIndex
    return isExact || address == 0 ? address : address - 1
  }

  /// Whether the file is still the one that was mapped.
  private mutating func isUsable(_ index: Int) -> Bool {
    let module = recording.modules[index]
    guard module.path.first == UInt8(ascii: "/") else { return false }
    guard let image = ELFImage(path: module.pathText) else {
      notes.append("no names for \(module.pathText): the file cannot be read any more")
      return false
    }
    if !module.buildID.isEmpty && image.buildID() != module.buildID {
      notes.append(
        "no names for \(module.pathText): the file was rebuilt since (its build id is another)")
      return false
    }
    return true
  }

  private mutating func ask(_ requests: [SymbolRequest]) -> [[[SymbolFrame]]] {
    guard !requests.isEmpty else { return [] }
    var frames = requests.map { $0.addresses.map { _ in [SymbolFrame]() } }
    if let symbolizer {
      let answer = symbolizer.symbolize(requests)
      frames = answer.frames
      if let note = answer.note { notes.append(note) }
    } else {
      notes.append(
        "no source lines: no llvm-symbolizer was found (apt install llvm, or "
          + "name one by ZLEAKCHECK_SYMBOLIZER)")
    }
    // What the symbolizer did not know, the files' own tables may.
    var missing: [SymbolRequest] = []
    var places: [(request: Int, offsets: [Int])] = []
    for (index, request) in requests.enumerated() {
      let offsets = request.addresses.indices.filter { frames[index][$0].isEmpty }
      if offsets.isEmpty { continue }
      missing.append(
        SymbolRequest(path: request.path, addresses: offsets.map { request.addresses[$0] }))
      places.append((index, offsets))
    }
    let names = ELFSymbolizer().symbolize(missing).frames
    for (position, place) in places.enumerated() {
      for (offset, found) in zip(place.offsets, names[position]) {
        frames[place.request][offset] = found
      }
    }
    return frames
  }

  private func assemble(
    _ address: UInt64, _ found: [SymbolFrame], module: Module
  ) -> [Frame] {
    if found.isEmpty { return [unknownFrame(address, module: module)] }
    return found.enumerated().compactMap { index, symbol in
      if symbol.location == nil, let name = symbol.linkerName, isSwiftThunk(name) { return nil }
      return Frame(
        address: address, moduleName: module.name, moduleOffset: address &- module.bias,
        function: symbol.linkerName.map(demangled), location: symbol.location,
        isInlined: index < found.count - 1,
        origin: .of(module, linkerName: symbol.linkerName, file: symbol.location?.file))
    }
  }

  private func unknownFrame(_ address: UInt64, module: Module?) -> Frame {
    Frame(
      address: address, moduleName: module?.name,
      moduleOffset: module.map { address &- $0.bias } ?? address, function: nil, location: nil,
      isInlined: false, origin: .of(module, linkerName: nil, file: nil))
  }
}
