// Whether a stack has a function of some name in it, or comes from some module. Names are read from
// the symbol tables of the modules' files, which are mapped when the first one asks; only stacks
// that were never seen before are looked at.
#if DEBUG_LAYER
  import CZMalloc

  /// Patterns of names against stacks.
  @safe
  enum FramePattern {
    /// Whether a frame is in a function whose linker name matches.
    static func hasFunction(_ node: UInt, _ pattern: Word) -> Bool {
      for index in 0..<StackDepot.frameCount(node) {
        // A return address may stand behind the end of its function.
        let frame = StackDepot.frame(node, index) &- 1
        if let name = ModuleSymbols.name(at: frame), name.matches(pattern) { return true }
      }
      return false
    }

    /// Whether the caller of the allocation is in a module whose file name matches.
    static func isFromModule(_ node: UInt, _ pattern: Word) -> Bool {
      guard StackDepot.frameCount(node) > 0 else { return false }
      var module = unsafe zmalloc_found_module()
      guard unsafe zmalloc_find_module(StackDepot.frame(node, 0), &module) else { return false }
      // The program's own name is not in the dynamic linker's list.
      let listed = unsafe UInt(bitPattern: module.name)
      let isListed = listed != 0 && Memory.load8(listed) != 0
      let path = isListed ? listed : LayerStorage.executable
      let start = RecordFile.lastPart(path)
      return Word(start: start, end: start + RecordFile.byteCount(start)).matches(pattern)
    }
  }
#endif
