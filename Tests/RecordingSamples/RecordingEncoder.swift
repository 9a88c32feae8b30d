// Recordings as bytes, for tests: the counterpart of the decoder, by the same constants.
public import Recording

/// Writes recordings.
public struct RecordingEncoder {
  /// The bytes so far.
  public private(set) var bytes: [UInt8] = []

  /// Begins a recording: its header.
  public init(version: UInt32 = RecordingFormat.version) {
    append(RecordingFormat.magic)
    append(version)
    append(UInt32(RecordingFormat.headerByteCount))
  }

  /// The bytes of a whole recording.
  public static func bytes(of recording: Recording) -> [UInt8] {
    var encoder = RecordingEncoder()
    encoder.appendMeta(recording.meta)
    encoder.appendModules(recording.modules)
    encoder.appendStacks(recording.stacks)
    encoder.append(.threads, recording.threads)
    encoder.append(.blocks, recording.blocks)
    encoder.append(.sites, recording.sites)
    encoder.append(.siblings, recording.siblings)
    encoder.append(.violations, recording.violations)
    if !recording.earlierLives.isEmpty { encoder.append(.earlierLives, recording.earlierLives) }
    encoder.append(.observations, recording.observations)
    if let crash = recording.crash { encoder.append(.crash, [crash]) }
    encoder.append(.faults, recording.faults)
    if !recording.marks.isEmpty { encoder.append(.marks, recording.marks) }
    if !recording.points.isEmpty { encoder.append(.points, recording.points) }
    if !recording.descriptors.isEmpty { encoder.appendDescriptors(recording.descriptors) }
    encoder.end()
    return encoder.bytes
  }

  /// Appends a section of fixed entries, each with `extra` bytes that no reader knows.
  public mutating func append<Entry: BitwiseCopyable>(
    _ kind: SectionKind, _ entries: [Entry], extra: Int = 0
  ) {
    var payload: [UInt8] = []
    for entry in entries {
      payload += Self.raw(entry) + [UInt8](repeating: 0xEE, count: extra)
    }
    appendSection(
      kind.rawValue, count: entries.count, size: MemoryLayout<Entry>.size + extra, payload)
  }

  /// Appends a section of any kind.
  public mutating func appendSection(_ kind: UInt32, count: Int, size: Int, _ payload: [UInt8]) {
    append(kind)
    append(UInt32(count))
    append(UInt32(size))
    append(UInt32(0))
    append(UInt64(payload.count))
    bytes += payload
    bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
  }

  /// Appends the open descriptors.
  public mutating func appendDescriptors(_ descriptors: [Descriptor]) {
    var payload: [UInt8] = []
    for descriptor in descriptors {
      payload += Self.raw(descriptor.number) + Self.raw(UInt32(descriptor.path.count))
      payload += descriptor.path
      payload += [UInt8](repeating: 0, count: (8 - payload.count % 8) % 8)
    }
    appendSection(SectionKind.descriptors.rawValue, count: descriptors.count, size: 0, payload)
  }

  /// Ends the recording.
  public mutating func end() {
    append(.end, [UInt64(bytes.count + RecordingFormat.sectionHeadByteCount + 8)])
  }

  /// Appends the named values.
  public mutating func appendMeta(_ meta: Metadata) {
    var payload: [UInt8] = []
    var count = 0
    for key in MetaKey.allCases {
      var value: [UInt8]
      if let number = meta.number(key) {
        value = Self.raw(number)
      } else if let bytes = meta.bytes(key) {
        value = bytes
      } else {
        continue
      }
      payload += Self.raw(key.rawValue) + Self.raw(UInt32(value.count))
      payload += Self.padded(value)
      count += 1
    }
    appendSection(SectionKind.meta.rawValue, count: count, size: 0, payload)
  }

  /// Appends the modules.
  public mutating func appendModules(_ modules: [Module]) {
    var payload: [UInt8] = []
    for module in modules {
      var head = ModuleHead()
      head.start = module.start
      head.end = module.end
      head.bias = module.bias
      head.pathByteCount = UInt32(module.path.count)
      head.buildIDByteCount = UInt32(module.buildID.count)
      head.flags = module.flags
      payload += Self.raw(head) + Self.padded(module.path) + Self.padded(module.buildID)
    }
    appendSection(SectionKind.modules.rawValue, count: modules.count, size: 0, payload)
  }

  /// Appends the stacks.
  public mutating func appendStacks(_ stacks: StackTable) {
    var payload: [UInt8] = []
    for id in stacks.ids {
      guard let stack = stacks[id] else { continue }
      var head = StackHead()
      head.id = id
      head.frameCount = UInt16(stack.addresses.count)
      head.flags =
        (stack.isCut ? StackHead.isCut : 0) | (stack.isExact ? StackHead.isExact : 0)
        | (stack.isOneFrame ? StackHead.isOneFrame : 0)
      payload += Self.raw(head)
      for address in stack.addresses { payload += Self.raw(address) }
    }
    appendSection(SectionKind.stacks.rawValue, count: stacks.count, size: 0, payload)
  }

  private mutating func append(_ value: some BitwiseCopyable) { bytes += Self.raw(value) }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
  }

  /// The bytes of a struct of integers.
  public static func raw<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] {
    unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
  }
}
