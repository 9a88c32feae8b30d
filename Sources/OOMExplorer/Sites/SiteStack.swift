// Stacks between a recording, where they are addresses, and a campaign, where they last.
import LeakCheckKit
import Recording

/// A stack that outlives its process.
struct SiteStack: Sendable, Hashable {
  /// Innermost first.
  var frames: [SiteFrame]
  /// The first frame is an instruction, not a return address.
  var isExact: Bool

  static let none = SiteStack(frames: [], isExact: false)
}

extension ModuleList {
  /// The stack of a recording with this id.
  mutating func stack(_ id: UInt32, of recording: Recording) -> SiteStack {
    guard let stack = recording.stacks[id] else { return .none }
    let frames = stack.addresses.map { address in
      // A return address may be the first one past its module.
      let module = recording.modules.firstIndex { address > $0.start && address <= $0.end }
      guard let module else { return SiteFrame(module: -1, offset: address) }
      let entry = recording.modules[module]
      let build = entry.buildID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return SiteFrame(
        module: index(
          of: Entry(path: entry.pathText, buildID: build, isProgram: entry.isProgram)),
        offset: address &- entry.bias)
    }
    return SiteStack(frames: frames, isExact: stack.isExact)
  }

  /// Gives stacks names, all in one go.
  ///
  /// - Returns: One for each stack, in their order.
  func resolve(_ stacks: [SiteStack], symbolizer: (any Symbolizer)?) -> [ResolvedStack] {
    // A recording with each module at a place of its own, far from the others.
    var recording = Recording()
    func base(_ module: Int) -> UInt64 { UInt64(module + 1) << 44 }
    for (number, entry) in entries.enumerated() {
      let build = stride(from: 0, to: entry.buildID.count - 1, by: 2).compactMap {
        UInt8(entry.buildID.dropFirst($0).prefix(2), radix: 16)
      }
      recording.modules.append(
        Module(
          start: base(number), end: base(number + 1) - 1, bias: base(number),
          path: Array(entry.path.utf8), buildID: build,
          flags: entry.isProgram ? ModuleHead.isProgram : 0))
    }
    for (number, stack) in stacks.enumerated() {
      recording.stacks.append(
        id: UInt32(number + 1),
        addresses: stack.frames.map { $0.module < 0 ? $0.offset : base($0.module) &+ $0.offset },
        flags: stack.isExact ? StackHead.isExact : 0)
    }
    var resolver = StackResolver(recording, symbolizer: symbolizer)
    resolver.prepare(1...UInt32(max(1, stacks.count)))
    return stacks.indices.map { resolver.stack(UInt32($0 + 1)) }
  }
}
