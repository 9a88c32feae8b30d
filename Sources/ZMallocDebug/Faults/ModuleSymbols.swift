// Names of functions out of the modules' files: `.symtab` where it is, else `.dynsym`. The files
// are mapped once and never let go. Every offset is compared with the file's size: a file may be
// damaged.
//
// The layouts are ELF's ("System V Application Binary Interface", chapters 4 and 5).
#if DEBUG_LAYER
  import CZMalloc

  /// The symbol tables of mapped files.
  @safe
  enum ModuleSymbols {
    /// A module's tables: 48 bytes in a table of our own.
    private struct Tables: BitwiseCopyable {
      var bias: UInt = 0
      var file: UInt = 0
      var symbols: UInt = 0
      var symbolCount: UInt = 0
      var strings: UInt = 0
      var stringByteCount: UInt = 0
    }

    private static let limit: UInt32 = 128
    private static let stride = UInt(MemoryLayout<Tables>.stride)

    /// The linker name of the function that holds an address; nil when no table knows it.
    static func name(at address: UInt) -> Word? {
      var module = unsafe zmalloc_found_module()
      guard unsafe zmalloc_find_module(address, &module) else { return nil }
      guard let tables = unsafe tables(of: module), tables.symbols != 0 else { return nil }
      return name(tables, address &- (unsafe module.bias))
    }

    private static func name(_ tables: Tables, _ offset: UInt) -> Word? {
      for index in 0..<tables.symbolCount {
        let at = tables.symbols + index * 24
        // STT_FUNC and STT_GNU_IFUNC.
        let type = Memory.load8(at + 4) & 15
        guard type == 2 || type == 10 else { continue }
        let start = UInt(Memory.load64(at + 8))
        let byteCount = UInt(Memory.load64(at + 16))
        guard offset >= start, offset &- start < byteCount else { continue }
        return string(tables, UInt(Memory.load32(at)))
      }
      return nil
    }

    /// Visits the functions of a file whose linker names begin so: their names, and their addresses
    /// as the file counts them.
    ///
    /// The file is let go again. One with more than 200,000 symbols is not looked at.
    static func forEachFunction(
      inFile path: UInt, _ prefix: StaticString, _ visit: (Word, UInt) -> Void
    ) {
      var byteCount = 0
      guard let at = unsafe zmalloc_map_file(RecordFile.cString(path), &byteCount) else { return }
      defer { unsafe zmalloc_unmap_file(at, byteCount) }
      var tables = Tables()
      tables.file = UInt(bitPattern: at)
      findSections(&tables, UInt(byteCount))
      guard tables.symbols != 0, tables.symbolCount <= 200_000 else { return }
      let wanted = Word.bytes(prefix)
      for index in 0..<tables.symbolCount {
        let symbol = tables.symbols + index * 24
        // STT_FUNC, and defined.
        guard Memory.load8(symbol + 4) & 15 == 2, Memory.load64(symbol + 8) != 0 else { continue }
        let offset = UInt(Memory.load32(symbol))
        guard offset < tables.stringByteCount, tables.stringByteCount - offset > wanted.byteCount
        else { continue }
        let start = tables.strings + offset
        guard Word(start: start, end: start + wanted.byteCount).equals(prefix),
          let name = string(tables, offset)
        else { continue }
        visit(name, UInt(Memory.load64(symbol + 8)))
      }
    }

    private static func string(_ tables: Tables, _ offset: UInt) -> Word? {
      guard offset < tables.stringByteCount else { return nil }
      let start = tables.strings + offset
      let end = tables.strings + tables.stringByteCount
      var at = start
      while at < end && Memory.load8(at) != 0 { at += 1 }
      return at < end ? Word(start: start, end: at) : nil
    }

    private static func tables(of module: zmalloc_found_module) -> Tables? {
      if unsafe state.pointee.symbolTables == 0 {
        unsafe state.pointee.symbolTables = Memory.map(UInt(limit) * stride) ?? 0
      }
      let base = unsafe state.pointee.symbolTables
      let count = unsafe state.pointee.symbolTableCount
      guard base != 0 else { return nil }
      for index in 0..<count {
        let known = unsafe Memory.pointer(base + UInt(index) * stride).load(as: Tables.self)
        if unsafe known.bias == module.bias { return known }
      }
      guard count < limit else { return nil }
      let tables = unsafe read(module)
      unsafe Memory.pointer(base + UInt(count) * stride).storeBytes(of: tables, as: Tables.self)
      unsafe state.pointee.symbolTableCount = count + 1
      return tables
    }

    private static func read(_ module: zmalloc_found_module) -> Tables {
      var tables = Tables()
      unsafe tables.bias = module.bias
      let listed = unsafe UInt(bitPattern: module.name)
      let isListed = listed != 0 && Memory.load8(listed) != 0
      var byteCount = 0
      let path = unsafe RecordFile.cString(isListed ? listed : LayerStorage.executable)
      guard let at = unsafe zmalloc_map_file(path, &byteCount) else { return tables }
      tables.file = UInt(bitPattern: at)
      findSections(&tables, UInt(byteCount))
      return tables
    }

    private static func findSections(_ tables: inout Tables, _ byteCount: UInt) {
      let file = tables.file
      guard byteCount >= 64, Memory.load32(file) == 0x464C_457F, Memory.load8(file + 4) == 2 else {
        return
      }
      let sections = UInt(Memory.load64(file + 40))
      let count = UInt(Memory.load32(file + 60) & 0xFFFF)
      guard sections < byteCount, count * 64 <= byteCount - sections else { return }
      for index in 0..<count {
        let at = file + sections + index * 64
        let type = Memory.load32(at + 4)
        // SHT_SYMTAB wins over SHT_DYNSYM.
        guard type == 2 || (type == 11 && tables.symbols == 0) else { continue }
        let link = UInt(Memory.load32(at + 40))
        guard link < count, let symbols = range(at, file, byteCount),
          let strings = range(file + sections + link * 64, file, byteCount)
        else { continue }
        tables.symbols = symbols.start
        tables.symbolCount = symbols.byteCount / 24
        tables.strings = strings.start
        tables.stringByteCount = strings.byteCount
      }
    }

    /// The bytes of a section, when they are in the file.
    private static func range(
      _ section: UInt, _ file: UInt, _ byteCount: UInt
    ) -> (start: UInt, byteCount: UInt)? {
      let offset = UInt(Memory.load64(section + 24))
      let size = UInt(Memory.load64(section + 32))
      guard offset <= byteCount, size <= byteCount - offset else { return nil }
      return (file + offset, size)
    }
  }
#endif
