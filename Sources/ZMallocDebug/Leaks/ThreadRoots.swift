// What threads hold: registers, thread-locals, and their stacks from the stack pointer on. First
// all stacks are noted, so that nothing else reads what is dead of them; then they are scanned.
#if DEBUG_LAYER
  import CZMalloc

  /// The roots that belong to threads.
  @safe
  enum ThreadRoots {
    /// The bytes below the stack pointer that a function may use without moving it (System V ABI,
    /// x86-64; AArch64 has none, and nothing live stands there).
    private static let redZone: UInt = 128

    /// A thread's stack, and where it is used.
    private struct Place {
      var kernelID: UInt32
      var control: UInt
      /// 0 where it is not known.
      var stackPointer: UInt
      var alternate: UInt
      var alternateEnd: UInt
    }

    /// Notes the stacks of all threads.
    static func note(_ sink: Roots.Sink, _ world: World, _ start: ScanStart) {
      let known = unsafe UInt(state.pointee.threadCount)
      unsafe sink.pointee.stacks = StackRanges(capacity: 3 * (UInt(world.count) + known + 1))
      var mine = Place(
        kernelID: zmalloc_thread_id(), control: zmalloc_thread_pointer(),
        stackPointer: start.stackPointer, alternate: 0, alternateEnd: 0)
      unsafe _ = zmalloc_alternate_stack(&mine.alternate, &mine.alternateEnd)
      unsafe note(sink, mine)
      for index in 0..<world.count {
        let thread = world[index]
        if world.isStopped(index) {
          unsafe note(
            sink,
            Place(
              kernelID: thread.kernel_id, control: thread.thread_pointer,
              stackPointer: thread.stack_pointer - redZone, alternate: thread.alternate,
              alternateEnd: thread.alternate_end))
        } else if world.isSilent(index) {
          unsafe noteSilent(sink, thread.kernel_id)
        }
      }
      unsafe ThreadList.forEach { thread in
        if unsafe thread.pointee.in_use == 0 {
          unsafe noteEnded(sink, thread)
        } else if world.isFailed, unsafe thread.pointee.kernel_id != mine.kernelID {
          unsafe noteSilent(sink, thread.pointee.kernel_id)
        }
      }
    }

    /// Scans what was noted, and the registers and thread-locals of all threads.
    static func scan(_ sink: Roots.Sink, _ world: World, _ start: ScanStart) {
      guard let stacks = unsafe sink.pointee.stacks else { return }
      let countsRegisters = RootKind.registers.counts
      if countsRegisters { unsafe start.scanRegisters(sink) }
      unsafe scanControl(sink, zmalloc_thread_pointer())
      for index in 0..<world.count {
        let thread = world[index]
        if world.isStopped(index) {
          if countsRegisters {
            unsafe sink.pointee.scan(thread.registers, thread.registers_end)
            unsafe sink.pointee.scan(thread.wide_registers, thread.wide_registers_end)
          }
          unsafe scanControl(sink, thread.thread_pointer)
        } else if world.isSilent(index),
          let known = unsafe ThreadList.find(
            kernelID: thread.kernel_id)
        {
          unsafe scanControl(sink, known.pointee.thread_pointer)
        }
      }
      guard RootKind.stacks.counts else { return }
      for index in 0..<stacks.count { unsafe scanStack(sink, stacks, index) }
    }

    /// Visits the thread pointers of all threads that are there.
    static func forEachControl(_ world: World, _ visit: (UInt) -> Void) {
      visit(zmalloc_thread_pointer())
      for index in 0..<world.count {
        let thread = world[index]
        if world.isStopped(index) {
          visit(thread.thread_pointer)
        } else if world.isSilent(index),
          let known = unsafe ThreadList.find(
            kernelID: thread.kernel_id)
        {
          unsafe visit(known.pointee.thread_pointer)
        }
      }
      guard world.isFailed else { return }
      unsafe ThreadList.forEach { thread in
        if unsafe thread.pointee.in_use != 0 { unsafe visit(thread.pointee.thread_pointer) }
      }
    }

    private static func scanControl(_ sink: Roots.Sink, _ control: UInt) {
      guard control != 0, RootKind.threadLocals.counts else { return }
      unsafe sink.pointee.scan(control, control + UInt(zmalloc_thread_control_size()))
    }

    /// A stack in use; where it stands in a block, the block's other bytes, too.
    private static func scanStack(_ sink: Roots.Sink, _ stacks: StackRanges, _ index: UInt) {
      unsafe sink.pointee.scan(stacks.live(index), stacks.end(index))
      let block = unsafe sink.pointee.index.find(stacks.start(index))
      guard block != BlockIndex.noBlock else { return }
      let start = unsafe sink.pointee.index.start(block)
      let end = unsafe start + sink.pointee.index.byteCount(block)
      unsafe sink.pointee.scan(start, min(stacks.start(index), end))
      unsafe sink.pointee.scan(min(stacks.end(index), end), end)
    }

    private static func add(_ sink: Roots.Sink, _ start: UInt, _ end: UInt, live: UInt) {
      unsafe sink.pointee.stacks?.add(start, end, live: live)
      let block = unsafe sink.pointee.index.find(start)
      if block != BlockIndex.noBlock { unsafe sink.pointee.keep(block) }
    }

    private static func note(_ sink: Roots.Sink, _ place: Place) {
      let own = unsafe ownStack(ThreadList.find(kernelID: place.kernelID), place)
      let stackPointer = place.stackPointer
      if stackPointer >= own.start && stackPointer < own.end {
        unsafe add(sink, own.start, own.end, live: stackPointer)
        unsafe add(sink, place.alternate, place.alternateEnd, live: place.alternateEnd)
        return
      }
      // On a stack of another making: of its own one counts what a signal interrupted, or all.
      var live = own.start
      if stackPointer >= place.alternate && stackPointer < place.alternateEnd {
        unsafe add(sink, place.alternate, place.alternateEnd, live: stackPointer)
        let left = zmalloc_interrupted_stack(
          stackPointer, place.alternateEnd, own.start, own.end)
        if left != 0 { live = left - redZone }
      } else {
        unsafe add(sink, place.alternate, place.alternateEnd, live: place.alternateEnd)
        unsafe noteForeign(sink, stackPointer)
      }
      unsafe add(sink, own.start, own.end, live: live)
    }

    /// A stack that the program switched to: to the end of its block, or of its mapping, of which
    /// the rest may be anything.
    private static func noteForeign(_ sink: Roots.Sink, _ stackPointer: UInt) {
      let block = unsafe sink.pointee.index.find(stackPointer)
      if block == BlockIndex.noBlock {
        let map = MemoryMaps.find(stackPointer) ?? MemoryMap.around(stackPointer)
        unsafe sink.pointee.stacks?.add(stackPointer, map.end, live: stackPointer)
      } else {
        let start = unsafe sink.pointee.index.start(block)
        let end = unsafe start + sink.pointee.index.byteCount(block)
        unsafe add(sink, start, end, live: stackPointer)
      }
    }

    /// A thread that did not stop: its stack counts whole.
    private static func noteSilent(_ sink: Roots.Sink, _ kernelID: UInt32) {
      guard let thread = unsafe ThreadList.find(kernelID: kernelID) else { return }
      let control = unsafe thread.pointee.thread_pointer
      let own = unsafe ownStack(
        thread,
        Place(
          kernelID: kernelID, control: control, stackPointer: thread.pointee.stack_address,
          alternate: 0, alternateEnd: 0))
      unsafe add(sink, own.start, own.end, live: own.start)
    }

    /// The stack of a thread that has ended, where glibc keeps it for the next one: nobody's.
    ///
    /// Memory that the program gave may be its data by now, and a place that was unmapped
    /// anybody's.
    private static func noteEnded(_ sink: Roots.Sink, _ thread: ThreadState) {
      let control = unsafe thread.pointee.thread_pointer
      guard unsafe thread.pointee.stack_is_lent == 0, zmalloc_is_control_block(control),
        !isInUse(control)
      else { return }
      let own = unsafe ownStack(
        thread,
        Place(
          kernelID: 0, control: control, stackPointer: thread.pointee.stack_address, alternate: 0,
          alternateEnd: 0))
      unsafe sink.pointee.stacks?.add(own.start, own.end, live: own.end)
    }

    /// Whether another thread stands on the stack that an ended one left.
    private static func isInUse(_ control: UInt) -> Bool {
      var isUsed = false
      unsafe ThreadList.forEach { other in
        if unsafe other.pointee.in_use != 0, unsafe other.pointee.thread_pointer == control {
          isUsed = true
        }
      }
      return isUsed
    }

    /// The bounds of a thread's own stack: as libc told them, else those of its mapping.
    private static func ownStack(_ thread: ThreadState?, _ place: Place) -> (start: UInt, end: UInt)
    {
      if let thread = unsafe thread, unsafe thread.pointee.stack_end != 0 {
        return unsafe (thread.pointee.stack_start, thread.pointee.stack_end)
      }
      // The control block of a thread that libc started stands at the top of its stack.
      let isFirst = unsafe place.kernelID == state.pointee.processID
      let known = unsafe thread?.pointee.stack_address ?? place.stackPointer
      let address = isFirst ? known : place.control
      var map = MemoryMaps.find(address) ?? MemoryMap.around(address)
      if !isFirst, known < map.start || known >= map.end {
        map = MemoryMaps.find(known) ?? MemoryMap.around(known)
      }
      return (map.start, clipped(map, place.control))
    }

    /// A thread's control block stands at the top of a stack that glibc mapped: what lies above is
    /// a neighbour.
    private static func clipped(_ map: MemoryMap, _ control: UInt) -> UInt {
      guard control >= map.start && control < map.end else { return map.end }
      let page = Memory.pageSize
      return min(map.end, (control + UInt(zmalloc_thread_control_size()) + page - 1) & ~(page - 1))
    }
  }
#endif
