// The file of a recording: named at the end, complete or absent, mode 0600. The folder is opened at the start, on a
// high descriptor: after chroot the path is gone and the descriptor works; after close_range it is the reverse. A file
// opened at the start would do the same and leave an empty one behind each program that execs.
#if DEBUG_LAYER
  import CZMalloc

  /// Names, opens and closes recordings.
  @safe
  enum RecordFile {
    private static let defaultName: StaticString = "%e.%p.%t.%n.zleak"

    /// Makes the pattern absolute and opens its folder.
    static func openDirectory() {
      let pattern = LayerStorage.pattern
      if Memory.load8(pattern) == 0 {
        let name = Word.bytes(defaultName)
        Memory.copy(to: pattern, from: name.start, name.byteCount)
        Memory.store8(pattern + name.byteCount, 0)
      }
      if Memory.load8(pattern) != 0x2F { makeAbsolute() }
      guard let slash = lastSlash(pattern) else { return }
      // The root's own slash belongs to its path.
      let end = max(slash, pattern + 1)
      let kept = Memory.load8(end)
      Memory.store8(end, 0)
      let directory = unsafe zmalloc_open_directory(cString(pattern))
      Memory.store8(end, kept)
      unsafe state.pointee.directory = directory
      guard directory >= 0 else { return }
      unsafe _ = zmalloc_identity(
        directory, &state.pointee.directoryDevice, &state.pointee.directoryInode)
    }

    private static func makeAbsolute() {
      let pattern = LayerStorage.pattern
      // The name waits in the place of the last recording's while the folder goes before it.
      let scratch = LayerStorage.lastName
      let length = byteCount(pattern)
      Memory.copy(to: scratch, from: pattern, length + 1)
      let room = Int(LayerStorage.pathCapacity - length) - 66
      let got = unsafe zmalloc_working_directory(cString(pattern), room)
      guard got > 0, Memory.load8(pattern) == 0x2F else {
        Memory.copy(to: pattern, from: scratch, length + 1)
        return
      }
      var at = pattern + UInt(got)
      if got > 1 {
        Memory.store8(at, 0x2F)
        at += 1
      }
      Memory.copy(to: at, from: scratch, length + 1)
    }

    /// The folder's descriptor, if the program has not closed it or put another file there.
    private static var directory: Int32 {
      let kept = unsafe state.pointee.directory
      var device: UInt64 = 0
      var inode: UInt64 = 0
      guard kept >= 0, unsafe zmalloc_identity(kept, &device, &inode),
        unsafe device == state.pointee.directoryDevice,
        unsafe inode == state.pointee.directoryInode
      else { return -1 }
      return kept
    }

    /// A recording being written.
    struct Draft {
      var descriptor: Int32
      var directory: Int32
      /// Where the name to open stands: whole path, or the last part when the folder is open.
      var name: UInt
    }

    /// Opens a draft beside the final name; nil when it cannot be made.
    ///
    /// - Parameter path: A path that was asked for, or 0 for the pattern.
    static func open(path: UInt) -> Draft? {
      let name = LayerStorage.lastName
      if path != 0 {
        let length = min(byteCount(path), LayerStorage.pathCapacity - 64)
        Memory.copy(to: name, from: path, length)
        Memory.store8(name + length, 0)
      } else {
        unsafe state.pointee.sequence += 1
        RecordName.expand(LayerStorage.pattern, to: name)
      }
      let folder = path == 0 ? directory : -1
      if let draft = create(folder) { return draft }
      return folder >= 0 ? create(-1) : nil
    }

    private static func create(_ folder: Int32) -> Draft? {
      let whole = LayerStorage.lastName
      let name = folder >= 0 ? (lastSlash(whole).map { $0 + 1 } ?? whole) : whole
      withDraftName(name) { draft in unsafe zmalloc_unlink_at(folder, cString(draft)) }
      var descriptor: Int32 = -1
      withDraftName(name) { draft in
        descriptor = unsafe zmalloc_create_at(folder, cString(draft))
      }
      return descriptor < 0
        ? nil : Draft(descriptor: descriptor, directory: folder, name: name)
    }

    /// Gives the draft its name, or removes it. An older file of that name is replaced.
    static func close(_ draft: Draft, keep: Bool) -> Bool {
      zmalloc_close(draft.descriptor)
      var kept = false
      withDraftName(draft.name) { name in
        let from = unsafe cString(name)
        if keep {
          kept = unsafe zmalloc_rename_at(
            draft.directory, from, draft.directory, cString(draft.name))
        }
        if !kept { unsafe zmalloc_unlink_at(draft.directory, from) }
      }
      return kept
    }

    /// Calls with the name of the draft: the final one and `.part`.
    private static func withDraftName(_ name: UInt, _ body: (UInt) -> Void) {
      var bytes = InlineArray<2056, UInt8>(repeating: 0)
      unsafe withUnsafeMutableBytes(of: &bytes) { raw in
        let copy = UInt(bitPattern: raw.baseAddress)
        let length = byteCount(name)
        Memory.copy(to: copy, from: name, length)
        let suffix = Word.bytes(".part")
        Memory.copy(to: copy + length, from: suffix.start, suffix.byteCount)
        Memory.store8(copy + length + suffix.byteCount, 0)
        body(copy)
      }
    }

    static func byteCount(_ string: UInt) -> UInt {
      unsafe UInt(zmalloc_string_length(cString(string)))
    }

    static func cString(_ address: UInt) -> UnsafeMutablePointer<CChar> {
      unsafe Memory.pointer(address).assumingMemoryBound(to: CChar.self)
    }

    static func lastSlash(_ string: UInt) -> UInt? {
      var found: UInt?
      var at = string
      while Memory.load8(at) != 0 {
        if Memory.load8(at) == 0x2F { found = at }
        at += 1
      }
      return found
    }
  }

  /// The names of recordings: `%e` the program's name, `%p` its pid, `%t` the start in seconds since 1970, `%n` which
  /// recording of this process it is, `%%` a percent sign.
  @safe
  enum RecordName {
    static func expand(_ pattern: UInt, to name: UInt) {
      let end = name + LayerStorage.pathCapacity - 64
      var from = pattern
      var at = name
      while Memory.load8(from) != 0 && at < end {
        let byte = Memory.load8(from)
        from += 1
        guard byte == 0x25, Memory.load8(from) != 0 else {
          Memory.store8(at, byte)
          at += 1
          continue
        }
        at = token(Memory.load8(from), at)
        from += 1
      }
      Memory.store8(at, 0)
    }

    private static func token(_ letter: UInt8, _ at: UInt) -> UInt {
      switch letter {
      case 0x70: return unsafe decimal(UInt64(state.pointee.processID), at)
      case 0x74: return unsafe decimal(state.pointee.startTime / 1_000_000_000, at)
      case 0x6E: return unsafe decimal(UInt64(state.pointee.sequence), at)
      case 0x65:
        let path = LayerStorage.executable
        let start = RecordFile.lastSlash(path).map { $0 + 1 } ?? path
        let length = min(RecordFile.byteCount(start), 48)
        Memory.copy(to: at, from: start, length)
        return at + length
      default:
        Memory.store8(at, letter)
        return at + 1
      }
    }

    private static func decimal(_ number: UInt64, _ at: UInt) -> UInt {
      let next = number >= 10 ? decimal(number / 10, at) : at
      Memory.store8(next, UInt8(truncatingIfNeeded: 48 + number % 10))
      return next + 1
    }
  }
#endif
