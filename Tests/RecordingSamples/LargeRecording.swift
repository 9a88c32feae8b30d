// A large recording, for tests of speed: as many blocks at as many sites as the tests ask for.
public import Recording

extension SampleRecording {
  /// Blocks at distinct sites, 20 frames deep, in the modules that are given.
  ///
  /// - Parameters:
  ///   - blockCount: How many blocks; every tenth is a root, the others are held by the root
  ///     before.
  ///   - siteCount: How many stacks.
  ///   - modules: The modules; addresses are spread over them.
  /// - Returns: The recording.
  public static func large(blockCount: Int, siteCount: Int, modules: [Module]) -> Recording {
    var recording = full
    recording.violations = []
    recording.crash = nil
    recording.faults = []
    recording.modules = modules
    var stacks: [UInt32: [UInt64]] = [:]
    for site in 0..<siteCount {
      stacks[UInt32(site + 1)] = (0..<20).map { depth in
        let module = modules[(site + depth) % modules.count]
        let span = max(1, module.end - module.start)
        return module.start + UInt64(site * 7_919 + depth * 104_729) % span
      }
    }
    recording.stacks = StackTable(stacks)
    recording.blocks = (0..<blockCount).map { index in
      var block = BlockEntry()
      block.address = 0x7000_0000 + UInt64(index) * 64
      block.byteCount = UInt64(16 + index % 100)
      block.operation = UInt64(index + 1)
      block.stack = UInt32(index / 10 % siteCount + 1)
      block.head = UInt32(index / 10 * 10)
      block.state = index % 10 == 0 ? BlockState.root.rawValue : BlockState.held.rawValue
      return block
    }
    return recording
  }
}
