// One line on standard error, built without allocating and written in one piece.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// A line under construction; what does not fit is cut.
  ///
  /// It stands in the layer's own memory, one line at a time: from its making until ``print()`` the
  /// console's lock is held.
  @safe
  struct Line: LineSink {
    private var count: UInt = 0
    private let holdsLock: Bool

    init() {
      // A signal handler may find its own thread holding the lock: then the lines mix.
      holdsLock = Lock.console.acquireSoon()
      append("zmalloc: ")
    }

    mutating func append(byte: UInt8) {
      guard count < LayerStorage.lineCapacity - 1 else { return }
      Memory.store8(LayerStorage.line + count, byte)
      count += 1
    }

    mutating func append(_ text: StaticString) {
      let start = unsafe UInt(bitPattern: text.utf8Start)
      append(bytes: start, UInt(text.utf8CodeUnitCount))
    }

    /// Appends bytes from memory.
    mutating func append(bytes start: UInt, _ byteCount: UInt) {
      for offset in 0..<byteCount { append(byte: Memory.load8(start + offset)) }
    }

    /// Appends a string that ends with a zero byte.
    mutating func append(string start: UInt) {
      var at = start
      while Memory.load8(at) != 0 {
        append(byte: Memory.load8(at))
        at += 1
      }
    }

    mutating func append(_ number: UInt64) {
      if number >= 10 { append(number / 10) }
      append(byte: UInt8(truncatingIfNeeded: 48 + number % 10))
    }

    mutating func append(hex number: UInt) {
      append("0x")
      var shift = UInt(60)
      while shift > 0 && number >> shift == 0 { shift -= 4 }
      while true {
        let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
        append(byte: digit < 10 ? 48 + digit : 87 + digit)
        if shift == 0 { return }
        shift -= 4
      }
    }

    /// Writes the line to standard error.
    mutating func print() {
      Memory.store8(LayerStorage.line + count, 10)
      unsafe _ = zmalloc_write(2, Memory.pointer(LayerStorage.line), Int(count) + 1)
      count = 0
      if holdsLock { Lock.console.release() }
    }
  }
#endif
