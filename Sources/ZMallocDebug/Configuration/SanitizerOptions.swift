// LSAN_OPTIONS and what the program gives by LeakSanitizer's functions: read once, when the program
// can be called. Words of ZMALLOC_DEBUG win. What a report does with the rest is zleakcheck's.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// A kind of root that LSAN_OPTIONS can leave out: a bit of `LayerState.rootsLeftOut`.
  enum RootKind: UInt32 {
    case globals = 1
    case stacks = 2
    case registers = 4
    case threadLocals = 8
    case regions = 16
    case linker = 32

    /// Whether these are roots.
    @inline(__always)
    var counts: Bool { unsafe state.pointee.rootsLeftOut & rawValue == 0 }
  }

  /// Why there was no leak scan at the end, though the layer's own options ask for one.
  enum LeakCheckWaiver {
    static let byEarlierCheck: UInt32 = 1
    static let byProgram: UInt32 = 2
    static let byOptions: UInt32 = 3
  }

  /// LeakSanitizer's options.
  @safe
  enum SanitizerOptions {
    static let textLimit: UInt = 4096
    static let suppressionsLimit: UInt = 1 << 20

    /// Asks the program and the environment.
    ///
    /// The guard is free: the program's functions may allocate.
    static func read() {
      #if hasFeature(Embedded)
        Start.withGuard { ProgramFunctions.find() }
      #endif
      let own = unsafe UInt(bitPattern: zmalloc_program_leak_options())
      let variable: StaticString = "LSAN_OPTIONS"
      let environment = unsafe variable.utf8Start.withMemoryRebound(
        to: CChar.self, capacity: 13
      ) { unsafe UInt(bitPattern: zmalloc_environment($0)) }
      let rules = unsafe UInt(bitPattern: zmalloc_program_suppressions())
      Start.withGuard {
        keep(own, environment)
        keepSuppressions(rules)
        apply()
      }
    }

    /// Keeps both texts as one, the program's first, so that the variable's words win.
    private static func keep(_ own: UInt, _ environment: UInt) {
      let first = own == 0 ? 0 : RecordFile.byteCount(own)
      let second = environment == 0 ? 0 : RecordFile.byteCount(environment)
      guard first + second > 0 else { return }
      guard first + second + 1 < textLimit, let at = Memory.map(textLimit) else {
        return complain("are longer than 4,094 bytes, and are not obeyed")
      }
      if first > 0 { Memory.copy(to: at, from: own, first) }
      Memory.store8(at + first, 0x3A)
      if second > 0 { Memory.copy(to: at + first + 1, from: environment, second) }
      unsafe state.pointee.sanitizerOptions = at
      unsafe state.pointee.sanitizerOptionsByteCount = first + 1 + second
    }

    /// Keeps a copy: a string of the program may be gone at its end.
    private static func keepSuppressions(_ text: UInt) {
      let byteCount = text == 0 ? 0 : RecordFile.byteCount(text)
      guard byteCount > 0 else { return }
      guard byteCount < suppressionsLimit, let at = Memory.map(byteCount) else {
        var line = Line()
        line.append("__lsan_default_suppressions gives more than 1 MiB, which is not kept")
        return line.print()
      }
      Memory.copy(to: at, from: text, byteCount)
      unsafe state.pointee.suppressions = at
      unsafe state.pointee.suppressionsByteCount = byteCount
    }

    private static func apply() {
      let start = unsafe state.pointee.sanitizerOptions
      guard start != 0 else { return }
      let pointer = unsafe UnsafePointer(Memory.pointer(start).assumingMemoryBound(to: UInt8.self))
      let byteCount = unsafe Int(state.pointee.sanitizerOptionsByteCount)
      let text = unsafe Span(_unsafeStart: pointer, count: byteCount)
      var words = SanitizerWords()
      while let word = words.next(in: text) {
        let name = Word(
          start: start + UInt(word.name.lowerBound), end: start + UInt(word.name.upperBound))
        guard let flag = SanitizerFlag(text, word.name) else {
          let isForeign = ForeignSanitizerFlag.isKnown(text, word.name)
          complain(isForeign ? "does not apply here" : "is not known", name)
          continue
        }
        guard let value = word.value, obey(flag, text, value) else {
          complain("has a value that it does not take", name)
          continue
        }
      }
    }

    /// Obeys what concerns the process; false for a bad value.
    private static func obey(
      _ flag: SanitizerFlag, _ text: Span<UInt8>, _ value: Range<Int>
    ) -> Bool {
      let start = unsafe state.pointee.sanitizerOptions
      switch flag {
      case .suppressions:
        mapRules(Word(start: start + UInt(value.lowerBound), end: start + UInt(value.upperBound)))
        return true
      case .maxLeaks: return SanitizerFlag.number(text, value) != nil
      case .exitCode:
        guard let status = SanitizerFlag.number(text, value), status < 256 else { return false }
        if unsafe state.pointee.choosesStatus == 0 { unsafe state.pointee.leakStatus = status }
        return true
      default: break
      }
      guard let isOn = SanitizerFlag.truth(text, value) else { return false }
      switch flag {
      case .detectLeaks:
        if unsafe state.pointee.choosesLeaks == 0 {
          if !isOn { unsafe state.pointee.leakMode = LeakMode.off }
          unsafe state.pointee.leakCheckWaived = isOn ? 0 : LeakCheckWaiver.byOptions
        }
      case .leakCheckAtExit:
        if unsafe state.pointee.choosesLeaks == 0 {
          unsafe state.pointee.leakCheckWaived = isOn ? 0 : LeakCheckWaiver.byOptions
        }
      case .useGlobals: leaveOut(.globals, isOn)
      case .useStacks: leaveOut(.stacks, isOn)
      case .useRegisters: leaveOut(.registers, isOn)
      case .useTLS: leaveOut(.threadLocals, isOn)
      case .useRootRegions: leaveOut(.regions, isOn)
      case .useLinkerAllocations: leaveOut(.linker, isOn)
      case .printSuppressions, .reportObjects, .suppressions, .maxLeaks, .exitCode: break
      }
      return true
    }

    /// Maps a file of rules, for the status of a process that no zleakcheck looks at.
    private static func mapRules(_ path: Word) {
      guard !path.isEmpty, path.byteCount < LayerStorage.pathCapacity,
        let name = Memory.map(LayerStorage.pathCapacity)
      else { return }
      defer { Memory.unmap(name, LayerStorage.pathCapacity) }
      Memory.copy(to: name, from: path.start, path.byteCount)
      Memory.store8(name + path.byteCount, 0)
      var byteCount = 0
      guard let at = unsafe zmalloc_map_file(RecordFile.cString(name), &byteCount) else {
        return complain("names a file of rules that cannot be read")
      }
      unsafe state.pointee.suppressionFile = UInt(bitPattern: at)
      unsafe state.pointee.suppressionFileByteCount = UInt(byteCount)
    }

    private static func leaveOut(_ kind: RootKind, _ counts: Bool) {
      let kinds = unsafe state.pointee.rootsLeftOut
      unsafe state.pointee.rootsLeftOut = counts ? kinds & ~kind.rawValue : kinds | kind.rawValue
    }

    /// Says once what is not obeyed.
    ///
    /// Under the command the command says it.
    private static func complain(_ what: StaticString, _ name: Word? = nil) {
      guard unsafe state.pointee.announces != 0 else { return }
      var line = Line()
      line.append("LSAN_OPTIONS")
      if let name {
        line.append(": '")
        line.append(bytes: name.start, min(name.byteCount, 64))
        line.append("'")
      }
      line.append(" ")
      line.append(what)
      line.print()
    }
  }
#endif
