// Marks: moments that the program or a person named, so that a recording can tell what was
// allocated since. A mark is the number of the last operation before it. Threads take numbers in
// batches; what each had left of its own counts as later, though its numbers are lower.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Marks now.
  ///
  /// - Returns: The number of the mark, from 1; 0 when there is no layer or no memory.
  @c @implementation
  func zmalloc_layer_mark() -> UInt32 {
    guard zmalloc_entrance_is_on() else { return 0 }
    var number: UInt32 = 0
    Start.withGuard { number = Marks.add() }
    return number
  }

  /// The marks of the process, the last ``limit`` of them.
  @safe
  enum Marks {
    static let limit: UInt32 = 32

    /// `operation:u64 time:u64 ranges:u64 rangeCount:u64 rangeCapacity:u64`.
    private static let entryByteCount: UInt = 40
    /// `first:u64 end:u64`.
    private static let rangeByteCount: UInt = 16

    /// The number of the last mark.
    static var last: UInt32 { unsafe state.pointee.markCount }
    /// The number of the oldest one that is remembered.
    static var first: UInt32 { last > limit ? last - limit + 1 : 1 }

    /// Answers a request from outside.
    static func answer(_ socket: Int32) {
      guard !Request.isBusy else { return Request.answer(socket, .busy) }
      var number: UInt32 = 0
      Start.withGuard { number = add() }
      Request.answer(socket, number == 0 ? .failed : .done, value: UInt64(number))
    }

    /// Adds a mark; 0 when there is no memory for it.
    static func add() -> UInt32 {
      Lock.reports.acquire()
      defer { Lock.reports.release() }
      if unsafe state.pointee.marks == 0 {
        unsafe state.pointee.marks = Memory.map(UInt(limit) * entryByteCount) ?? 0
      }
      guard unsafe state.pointee.marks != 0 else { return 0 }
      let threads = unsafe max(1, UInt(state.pointee.threadCount))
      guard let ranges = Memory.map(threads * rangeByteCount) else { return 0 }
      var count: UInt = 0
      let operation = unsafe zmalloc_load64(&state.pointee.operations)
      unsafe ThreadList.forEach { thread in
        let next = unsafe thread.pointee.operation
        let end = unsafe thread.pointee.operation_end
        guard unsafe thread.pointee.in_use != 0, next < end, count < threads else { return }
        Memory.store64(ranges + count * rangeByteCount, next)
        Memory.store64(ranges + count * rangeByteCount + 8, end)
        count += 1
      }
      let number = last + 1
      let at = entry(number)
      forget(at)
      Memory.store64(at, operation)
      Memory.store64(at + 8, zmalloc_fine_time())
      Memory.store64(at + 16, UInt64(ranges))
      Memory.store64(at + 24, UInt64(count))
      Memory.store64(at + 32, UInt64(threads))
      unsafe zmalloc_store32(&state.pointee.markCount, number)
      return number
    }

    /// The number of the last mark before an operation: 0 for none, or none that is remembered.
    static func number(of operation: UInt64) -> UInt32 {
      var number = last
      while number >= first && number > 0 {
        if isLater(operation, than: entry(number)) { return number }
        number -= 1
      }
      return 0
    }

    /// Visits the marks that are remembered.
    static func forEach(_ visit: (MarkEntry) -> Void) {
      guard last > 0 else { return }
      for number in first...last {
        var mark = MarkEntry()
        mark.number = number
        mark.operation = Memory.load64(entry(number))
        mark.time = Memory.load64(entry(number) + 8) &- (unsafe state.pointee.startFine)
        visit(mark)
      }
    }

    private static func isLater(_ operation: UInt64, than entry: UInt) -> Bool {
      if operation > Memory.load64(entry) { return true }
      let ranges = UInt(Memory.load64(entry + 16))
      for index in 0..<UInt(Memory.load64(entry + 24)) {
        let range = ranges + index * rangeByteCount
        if operation >= Memory.load64(range) && operation < Memory.load64(range + 8) { return true }
      }
      return false
    }

    private static func entry(_ number: UInt32) -> UInt {
      unsafe state.pointee.marks + UInt(number % limit) * entryByteCount
    }

    /// Gives the memory of the mark back whose place is used again.
    private static func forget(_ entry: UInt) {
      let byteCount = UInt(Memory.load64(entry + 32)) * rangeByteCount
      if byteCount != 0 { Memory.unmap(UInt(Memory.load64(entry + 16)), byteCount) }
    }
  }
#endif
