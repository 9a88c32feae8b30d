// The modules that are or were mapped. Refreshed at the start, before each dlclose, and before a
// recording, so that the frames of a closed library can still be named.
//
//   an entry of 1,024 bytes: ModuleHead, the path (832 at most), the build id (64 at most)
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The table of modules.
  @safe
  enum ModuleTable {
    static let limit: UInt32 = 2048
    static let entryByteCount: UInt = 1024
    static let pathOffset = UInt(MemoryLayout<ModuleHead>.size)
    static let pathCapacity: UInt32 = 832
    static let buildIDOffset: UInt = 48 + 840
    static let buildIDCapacity: UInt32 = 64

    static var count: UInt32 { unsafe state.pointee.moduleCount }
    static func entry(_ index: UInt32) -> UInt {
      unsafe state.pointee.modules + UInt(index) * entryByteCount
    }
    static func head(_ index: UInt32) -> ModuleHead {
      unsafe Memory.pointer(entry(index)).load(as: ModuleHead.self)
    }

    /// Compares the table with what is mapped now.
    static func refresh() {
      guard Lock.modules.acquireSoon() else { return }
      defer { Lock.modules.release() }
      if unsafe state.pointee.modules == 0 {
        guard let at = Memory.map(UInt(limit) * entryByteCount) else { return }
        unsafe state.pointee.modules = at
        readExecutable()
      }
      for index in 0..<count { setFlags(index, head(index).flags | ModuleHead.isClosed) }
      unsafe zmalloc_visit_modules(
        { module, _ in
          if let module = unsafe module { unsafe ModuleTable.note(module) }
          return true
        }, nil)
    }

    /// The mapped module that begins at an address.
    static func range(at base: UInt) -> (start: UInt, end: UInt)? {
      for index in 0..<count {
        let head = head(index)
        if head.start == UInt64(base) { return (UInt(head.start), UInt(head.end)) }
      }
      return nil
    }

    /// The path of the mapped module that holds an address; nil where there is none or it is ours.
    static func path(of address: UInt) -> Word? {
      for index in 0..<count {
        let head = head(index)
        guard address >= UInt(head.start), address < UInt(head.end),
          head.flags & (ModuleHead.isClosed | ModuleHead.isLayer) == 0
        else { continue }
        let start = entry(index) + pathOffset
        return Word(start: start, end: start + UInt(head.pathByteCount))
      }
      return nil
    }

    private static func readExecutable() {
      let name: StaticString = "/proc/self/exe"
      let got = unsafe name.utf8Start.withMemoryRebound(to: CChar.self, capacity: 15) { path in
        unsafe zmalloc_read_link(
          path, Memory.pointer(LayerStorage.executable).assumingMemoryBound(to: CChar.self),
          Int(LayerStorage.pathCapacity) - 1)
      }
      Memory.store8(LayerStorage.executable + UInt(max(0, got)), 0)
    }

    private static func note(_ module: UnsafePointer<zmalloc_module>) {
      var path = unsafe UInt(bitPattern: module.pointee.path)
      if unsafe module.pointee.is_program != 0 { path = LayerStorage.executable }
      let length = path == 0 ? 0 : length(path)
      for index in 0..<count where unsafe isSame(index, module, path, length) {
        return setFlags(index, head(index).flags & ~ModuleHead.isClosed)
      }
      guard count < limit else {
        unsafe state.pointee.modulesCut = 1
        return
      }
      var head = ModuleHead()
      unsafe head.start = UInt64(module.pointee.start)
      unsafe head.end = UInt64(module.pointee.end)
      unsafe head.bias = UInt64(module.pointee.bias)
      head.pathByteCount = length
      unsafe head.buildIDByteCount = min(module.pointee.build_id_size, buildIDCapacity)
      if unsafe module.pointee.is_program != 0 { head.flags |= ModuleHead.isProgram }
      if unsafe module.pointee.is_layer != 0 { head.flags |= ModuleHead.isLayer }
      let at = entry(count)
      unsafe Memory.pointer(at).storeBytes(of: head, as: ModuleHead.self)
      if length > 0 { Memory.copy(to: at + pathOffset, from: path, UInt(length)) }
      if head.buildIDByteCount > 0 {
        let id = unsafe UInt(bitPattern: module.pointee.build_id)
        Memory.copy(to: at + buildIDOffset, from: id, UInt(head.buildIDByteCount))
      }
      unsafe state.pointee.moduleCount = count + 1
    }

    private static func isSame(
      _ index: UInt32, _ module: UnsafePointer<zmalloc_module>, _ path: UInt, _ length: UInt32
    ) -> Bool {
      let known = head(index)
      guard unsafe known.start == UInt64(module.pointee.start), known.pathByteCount == length,
        unsafe known.end == UInt64(module.pointee.end)
      else { return false }
      if length == 0 { return true }
      return unsafe zmalloc_compare(
        Memory.pointer(entry(index) + pathOffset), Memory.pointer(path), Int(length)) == 0
    }

    private static func length(_ path: UInt) -> UInt32 {
      var count: UInt32 = 0
      while count < pathCapacity && Memory.load8(path + UInt(count)) != 0 { count += 1 }
      return count
    }

    private static func setFlags(_ index: UInt32, _ flags: UInt32) {
      Memory.store32(entry(index) + 40 - 8, flags)
    }
  }
#endif
