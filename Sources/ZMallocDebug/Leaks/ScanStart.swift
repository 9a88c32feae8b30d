// Where the thread that scans stands: the registers and the stack as the program left them.
#if DEBUG_LAYER
  import CZMalloc

  /// The scanning thread's own registers and where its stack begins.
  struct ScanStart {
    private static let registerCount = 16
    private var registers = InlineArray<16, UInt>(repeating: 0)
    private(set) var stackPointer: UInt

    /// Walks out of exit's frames where the program called that: they are deep, and hold in their
    /// gaps what earlier calls left there.
    init(_ caller: CallerState) {
      stackPointer = caller.stackPointer
      unsafe withUnsafeMutablePointer(to: &registers) { kept in
        let words = unsafe UnsafeMutableRawPointer(kept).assumingMemoryBound(to: UInt.self)
        let isExit = unsafe zmalloc_registers_before_exit(words, &stackPointer)
        if isExit { return }
        stackPointer = zmalloc_stack_before_exit(stackPointer)
        guard let from = unsafe caller.registers else { return }
        for index in 0..<ScanStart.registerCount { unsafe words[index] = from[index] }
      }
    }

    /// Scans the registers that functions keep for their callers.
    func scanRegisters(_ sink: Roots.Sink) {
      for index in 0..<ScanStart.registerCount {
        let word = MemoryScanner.address(UInt64(registers[index]))
        unsafe sink.pointee.reach(sink.pointee.index.find(word))
      }
    }
  }
#endif
