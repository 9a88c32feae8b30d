// Bytes of a recording on their way to the file: a buffer in the layer's own memory, sections whose
// heads are written when their size is known. The first error is kept; everything after it is
// dropped.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Writes sections to a descriptor.
  @safe
  struct RecordingWriter {
    private static let bufferByteCount: UInt = 65536
    private let descriptor: Int32
    private let buffer: UInt
    private var filled: UInt = 0
    private var flushed: UInt64 = 0
    private var sectionStart: UInt64 = 0
    private var kind: SectionKind = .end
    private var entryCount: UInt32 = 0
    private var entryByteCount: UInt32 = 0
    /// `errno` of the first failure, 0 for none.
    private(set) var failure: Int32 = 0

    /// nil when the buffer cannot be had.
    init?(descriptor: Int32) {
      guard let buffer = Memory.map(RecordingWriter.bufferByteCount) else { return nil }
      self.descriptor = descriptor
      self.buffer = buffer
      put(RecordingFormat.magic)
      put(RecordingFormat.version)
      put(UInt32(RecordingFormat.headerByteCount))
    }

    private var offset: UInt64 { flushed + UInt64(filled) }

    /// Begins a section; `entryByteCount` is 0 where entries vary.
    mutating func begin(_ kind: SectionKind, entryByteCount: Int) {
      self.kind = kind
      self.entryByteCount = UInt32(entryByteCount)
      entryCount = 0
      sectionStart = offset
      for _ in 0..<(RecordingFormat.sectionHeadByteCount / 8) { put(UInt64(0)) }
    }

    /// Ends the section: its head gets the counts.
    mutating func end() {
      pad()
      // Nothing more was written after the first failure.
      guard failure == 0 else { return }
      let payload = offset - sectionStart - UInt64(RecordingFormat.sectionHeadByteCount)
      flush()
      var head = (kind.rawValue, entryCount, entryByteCount, UInt32(0), payload)
      guard failure == 0 else { return }
      let written = unsafe withUnsafeBytes(of: &head) { raw -> Bool in
        unsafe zmalloc_write_at(
          descriptor, raw.baseAddress, RecordingFormat.sectionHeadByteCount, sectionStart)
      }
      if !written { failure = zmalloc_errno() }
    }

    /// Adds an entry of fixed length.
    mutating func add<Entry: BitwiseCopyable>(_ entry: Entry) {
      entryCount += 1
      put(entry)
    }

    /// Counts an entry of varying length, which the caller puts together.
    mutating func countEntry() { entryCount += 1 }

    mutating func put<Value: BitwiseCopyable>(_ value: Value) {
      var copy = value
      unsafe withUnsafeBytes(of: &copy) { raw in
        put(bytes: UInt(bitPattern: raw.baseAddress), UInt(MemoryLayout<Value>.size))
      }
    }

    mutating func put(bytes start: UInt, _ byteCount: UInt) {
      var from = start
      var rest = byteCount
      while rest > 0 && failure == 0 {
        if filled == RecordingWriter.bufferByteCount { flush() }
        let piece = min(rest, RecordingWriter.bufferByteCount - filled)
        Memory.copy(to: buffer + filled, from: from, piece)
        filled += piece
        from += piece
        rest -= piece
      }
    }

    /// Fills up to the next multiple of 8 with zeros.
    mutating func pad() {
      var zero: UInt64 = 0
      let missing = UInt(RecordingFormat.alignment) - UInt(offset % 8)
      guard missing < 8 else { return }
      unsafe withUnsafeBytes(of: &zero) { raw in
        put(bytes: UInt(bitPattern: raw.baseAddress), missing)
      }
    }

    /// The last section: the byte count of the whole file.
    mutating func finish() {
      begin(.end, entryByteCount: 8)
      add(offset + 8)
      end()
      Memory.unmap(buffer, RecordingWriter.bufferByteCount)
    }

    private mutating func flush() {
      var at = buffer
      while filled > 0 && failure == 0 {
        let got = unsafe zmalloc_write(descriptor, Memory.pointer(at), Int(filled))
        if got < 0 {
          let code = zmalloc_errno()
          if code != zmalloc_interrupted_code() { failure = code }
          continue
        }
        at += UInt(got)
        filled -= UInt(got)
        flushed += UInt64(got)
      }
      if failure != 0 { filled = 0 }
    }
  }
#endif
