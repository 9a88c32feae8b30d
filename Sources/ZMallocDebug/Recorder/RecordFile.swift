// The file of a recording: mode 0600, a draft `NAME.part` until it is complete. The folder is
// opened at the start, on a high descriptor: after chroot the path is gone and the descriptor
// works; after close_range it is the reverse. Where `record=` was given the draft is opened then,
// too; elsewhere it would litter the folder of each program that execs.
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
      // What is left for the folder, its slash and the words that ``RecordName`` puts in.
      let room = Int(LayerStorage.pathCapacity - length) - 66
      let got = room > 0 ? unsafe zmalloc_working_directory(cString(pattern), room) : 0
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
      let device = unsafe state.pointee.directoryDevice
      let inode = unsafe state.pointee.directoryInode
      return kept >= 0 && isSame(kept, device, inode) ? kept : -1
    }

    private static func isSame(_ descriptor: Int32, _ device: UInt64, _ inode: UInt64) -> Bool {
      var nowDevice: UInt64 = 0
      var nowInode: UInt64 = 0
      guard unsafe zmalloc_identity(descriptor, &nowDevice, &nowInode) else { return false }
      return nowDevice == device && nowInode == inode
    }

    /// A recording being written.
    struct Draft {
      var descriptor: Int32
      var directory: Int32
      /// Where the name to open stands: whole path, or the last part when the folder is open.
      var name: UInt
    }

    /// Opens a draft beside the final name.
    ///
    /// - Parameter path: A path that was asked for, or 0 for the pattern.
    /// - Returns: The draft; nil when it cannot be made.
    static func open(path: UInt) -> Draft? {
      let name = LayerStorage.lastName
      if path != 0 {
        // Cut for the line that says so, never written to.
        let isTooLong = byteCount(path) > LayerStorage.pathCapacity - 64
        let length = min(byteCount(path), LayerStorage.pathCapacity - 64)
        Memory.copy(to: name, from: path, length)
        Memory.store8(name + length, 0)
        if isTooLong {
          zmalloc_set_errno(zmalloc_name_too_long_code())
          return nil
        }
      } else {
        unsafe state.pointee.sequence += 1
        RecordName.expand(LayerStorage.pattern, to: name)
        if let early = takeEarly() { return early }
      }
      let folder = path == 0 ? directory : -1
      if let draft = create(folder) { return draft }
      return folder >= 0 ? create(-1) : nil
    }

    private static func create(_ folder: Int32) -> Draft? {
      let whole = LayerStorage.lastName
      let name = folder >= 0 ? lastPart(whole) : whole
      nameDraft(name)
      let draft = unsafe cString(LayerStorage.draftName)
      unsafe zmalloc_unlink_at(folder, draft)
      let descriptor = unsafe zmalloc_create_at(folder, draft)
      return descriptor < 0
        ? nil : Draft(descriptor: descriptor, directory: folder, name: name)
    }

    /// Gives the draft its name, or removes it.
    ///
    /// An older file of that name is replaced. Where the folder may not be changed any more (the
    /// program dropped its privileges), the whole recording stays under the draft's name.
    static func close(_ draft: Draft, keep: Bool) -> Bool {
      zmalloc_close(draft.descriptor)
      nameDraft(draft.name)
      let from = unsafe cString(LayerStorage.draftName)
      guard keep else {
        unsafe zmalloc_unlink_at(draft.directory, from)
        return false
      }
      let to = unsafe cString(draft.name)
      if unsafe !zmalloc_rename_at(draft.directory, from, draft.directory, to) {
        nameDraft(LayerStorage.lastName)
        Memory.copy(
          to: LayerStorage.lastName, from: LayerStorage.draftName,
          byteCount(LayerStorage.draftName) + 1)
      }
      return true
    }

    /// The name of the draft: the final one and `.part`.
    private static func nameDraft(_ name: UInt) {
      let length = byteCount(name)
      Memory.copy(to: LayerStorage.draftName, from: name, length)
      let suffix = Word.bytes(".part")
      Memory.copy(to: LayerStorage.draftName + length, from: suffix.start, suffix.byteCount)
      Memory.store8(LayerStorage.draftName + length + suffix.byteCount, 0)
    }

    /// Opens the draft at the start, where a recording will be written in any case: a program that
    /// drops its privileges or shuts itself in can still write to it.
    static func openEarly() {
      guard unsafe state.pointee.recordsAlways != 0 else { return }
      guard let draft = open(path: 0) else { return }
      unsafe state.pointee.draft = zmalloc_move_up(draft.descriptor)
      unsafe _ = zmalloc_identity(
        state.pointee.draft, &state.pointee.draftDevice, &state.pointee.draftInode)
      unsafe state.pointee.sequence -= 1
    }

    /// The draft of the start, once, if the program has not closed it or put another file there.
    private static func takeEarly() -> Draft? {
      let kept = unsafe state.pointee.draft
      unsafe state.pointee.draft = 0
      guard kept > 0,
        isSame(kept, unsafe state.pointee.draftDevice, unsafe state.pointee.draftInode)
      else { return nil }
      let folder = directory
      let whole = LayerStorage.lastName
      return Draft(
        descriptor: kept, directory: folder,
        name: folder >= 0 ? lastPart(whole) : whole)
    }

    /// A forked child leaves its parent's draft alone.
    static func forgetEarly() {
      let kept = unsafe state.pointee.draft
      unsafe state.pointee.draft = 0
      if kept > 0, isSame(kept, unsafe state.pointee.draftDevice, unsafe state.pointee.draftInode) {
        zmalloc_close(kept)
      }
    }

    static func byteCount(_ string: UInt) -> UInt {
      unsafe UInt(zmalloc_string_length(cString(string)))
    }

    static func cString(_ address: UInt) -> UnsafeMutablePointer<CChar> {
      unsafe Memory.pointer(address).assumingMemoryBound(to: CChar.self)
    }

    /// The last part of a path.
    static func lastPart(_ path: UInt) -> UInt { lastSlash(path).map { $0 + 1 } ?? path }

    private static func lastSlash(_ string: UInt) -> UInt? {
      var found: UInt?
      var at = string
      while Memory.load8(at) != 0 {
        if Memory.load8(at) == 0x2F { found = at }
        at += 1
      }
      return found
    }
  }

  /// The names of recordings: `%e` the program's name, `%p` its pid, `%t` the start in seconds
  /// since 1970, `%n` which recording of this process it is, `%%` a percent sign.
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
        let start = RecordFile.lastPart(path)
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
