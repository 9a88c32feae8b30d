// ZMALLOC_DEBUG: one grammar and one parser, for the variable and, through it, for the command
// line.
//
//   options = word ("," word)*      word = key | key "=" value      a value may stand in ' or "
//
// Later words win. A word that is not known, or a bad value, ends the program before main with one
// line and status 64: a check that silently does not run is worse than none.
#if DEBUG_LAYER
  import CZMalloc

  /// The options of the layer.
  @safe
  enum Options {
    static let usageStatus: Int32 = 64
    static let defaultQuarantine: UInt64 = 8 << 20
    static let defaultFrames: UInt32 = 32
    static let defaultFreeFrames: UInt32 = 4

    /// Reads the options into the state; whether the layer is to be on.
    static func read() -> Bool {
      setDefaults()
      guard !zmalloc_is_secure() else { return false }
      let name: StaticString = "ZMALLOC_DEBUG"
      let value = unsafe name.utf8Start.withMemoryRebound(to: CChar.self, capacity: 14) {
        unsafe zmalloc_environment($0)
      }
      guard let value = unsafe value ?? zmalloc_options_of_program() else {
        return isOnWithoutVariable
      }
      let length = unsafe UInt(zmalloc_string_length(value))
      let start = UInt(bitPattern: value)
      guard length < LayerStorage.optionsCapacity else {
        fail("is longer than 2,047 bytes")
      }
      // A copy: the program may change its environment, and the recording repeats the options.
      Memory.copy(to: LayerStorage.optionsText, from: start, length + 1)
      return add(
        Word(start: LayerStorage.optionsText, end: LayerStorage.optionsText + length))
    }

    /// Whoever loads the preload library by hand wants it to watch.
    private static var isOnWithoutVariable: Bool {
      #if PRELOAD
        turnOn()
        return true
      #else
        return false
      #endif
    }

    /// Applies words, in the memory that keeps the options; whether the layer is to be on.
    static func add(_ text: Word) -> Bool {
      var rest = text
      var isOn = false
      while !rest.isEmpty {
        let word = rest.takeFirst()
        if word.isEmpty { continue }
        if word.equals("off") || word.equals("0") {
          isOn = false
          setDefaults()
        } else if word.equals("on") || word.equals("1") {
          isOn = true
          turnOn()
        } else if word.equals("help") {
          printHelp()
        } else {
          isOn = true
          apply(word)
        }
      }
      return isOn
    }

    private static func setDefaults() {
      unsafe state.pointee.canaries = 0
      unsafe state.pointee.leakMode = LeakMode.off
      unsafe state.pointee.quarantineByteLimit = 0
      unsafe state.pointee.announces = 1
      unsafe state.pointee.mixesFamilies = 0
      unsafe state.pointee.leakStatus = End.defaultLeakStatus
      unsafe state.pointee.plan = FaultPlan()
      GuardOptions.setDefaults()
      SweepOptions.setDefaults()
      unsafe switches.pointee.fault_family = 0
      unsafe switches.pointee.allocation_frames = defaultFrames
      unsafe switches.pointee.free_frames = defaultFreeFrames
    }

    private static func turnOn() {
      unsafe state.pointee.canaries = 1
      unsafe state.pointee.leakMode = LeakMode.lost
      unsafe state.pointee.quarantineByteLimit = defaultQuarantine
    }

    private static func apply(_ word: Word) {
      let (key, value) = word.cut(at: 0x3D)
      let text = value?.unquoted
      if key.equals("canary") {
        unsafe state.pointee.canaries = flag(text, key) ? 1 : 0
      } else if key.equals("mismatch") {
        unsafe state.pointee.mixesFamilies = flag(text, key) ? 0 : 1
      } else if key.equals("leaks") {
        unsafe state.pointee.leakMode = leakMode(text, key)
        unsafe state.pointee.choosesLeaks = 1
      } else if key.equals("stacks") {
        unsafe switches.pointee.allocation_frames = frames(text, key)
      } else if key.equals("free-stacks") {
        unsafe switches.pointee.free_frames = frames(text, key)
      } else if key.equals("quarantine") {
        unsafe state.pointee.quarantineByteLimit = quarantine(text, key)
      } else if !GuardOptions.apply(key, text), !SweepOptions.apply(key, text) {
        applyRest(key, text)
      }
    }

    private static func applyRest(_ key: Word, _ text: Word?) {
      if key.equals("fail") {
        plan(text, key)
      } else if key.equals("families") {
        let isTry = choose(text, key, "ztry", "all", "all or ztry")
        unsafe switches.pointee.fault_family = isTry ? UInt32(ZMALLOC_CALL_TRY) : 0
      } else if key.equals("junk") {
        unsafe state.pointee.junk = flag(text, key) ? 1 : 0
      } else if key.equals("fixed-time") {
        unsafe switches.pointee.fixed_time = flag(text, key) ? 1 : 0
      } else if key.equals("lean") {
        unsafe switches.pointee.is_lean = flag(text, key) ? 1 : 0
      } else if key.equals("file-limit") {
        guard let size = text?.byteSize else { refuse(text, key, "a size, as 64MiB") }
        zmalloc_limit_files(size)
      } else if key.equals("count-sites") {
        unsafe state.pointee.countsSites = flag(text, key) ? 1 : 0
      } else if key.equals("campaign") {
        guard zmalloc_can_find_modules() else { fail("campaign needs glibc 2.35 or later") }
        unsafe state.pointee.campaignDescriptor = descriptor(text, key)
      } else if key.equals("serve") {
        unsafe state.pointee.serves = 1
        unsafe switches.pointee.lends_unwinder = 1
        unsafe state.pointee.campaignSocket = descriptor(text, key)
      } else if key.equals("rung") {
        unsafe state.pointee.isRung = flag(text, key) ? 1 : 0
      } else if key.equals("hold") {
        guard let ticket = text?.number else { refuse(text, key, "a number") }
        unsafe state.pointee.ticket = UInt32(truncatingIfNeeded: ticket)
      } else if key.equals("split") {
        unsafe state.pointee.splits = 1
        unsafe state.pointee.campaignSocket = descriptor(text, key)
      } else if key.equals("seed") {
        guard let seed = text?.number else { refuse(text, key, "a number") }
        unsafe state.pointee.seed = seed
      } else if key.equals("record") {
        keepPattern(text, key)
      } else if key.equals("exit") {
        unsafe state.pointee.keepsStatus = choose(text, key, "keep", "set", "keep or set") ? 1 : 0
        unsafe state.pointee.choosesStatus = 1
      } else if key.equals("announce") {
        unsafe state.pointee.announces = flag(text, key) ? 1 : 0
      } else if key.equals("on-violation") {
        let goesOn = choose(text, key, "continue", "abort", "abort or continue")
        unsafe state.pointee.continues = goesOn ? 1 : 0
      } else {
        OptionKeys.refuse(key)
      }
    }

    private static func plan(_ text: Word?, _ key: Word) {
      guard let text, !text.isEmpty else { refuse(text, key, FaultGrammar.forms) }
      switch FaultGrammar.parse(text) {
      case .plan(let plan):
        unsafe state.pointee.plan = plan
        unsafe state.pointee.planText = text.start
        unsafe state.pointee.planByteCount = UInt32(text.byteCount)
      case .mistake(let mistake):
        refuse(mistake.term, key, mistake.expectation)
      }
    }

    private static func descriptor(_ text: Word?, _ key: Word) -> Int32 {
      guard let number = text?.number, number > 2, number < 1 << 30 else {
        refuse(text, key, "a descriptor that the command opened")
      }
      return Int32(number)
    }

    private static func flag(_ text: Word?, _ key: Word) -> Bool {
      guard text != nil else { return true }
      return choose(text, key, "on", "off", "on or off")
    }

    private static func choose(
      _ text: Word?, _ key: Word, _ yes: StaticString, _ no: StaticString, _ range: StaticString
    ) -> Bool {
      guard let text, text.equals(yes) || text.equals(no) else { refuse(text, key, range) }
      return text.equals(yes)
    }

    private static func leakMode(_ text: Word?, _ key: Word) -> UInt32 {
      guard let text, !text.equals("lost"), !text.equals("on") else { return LeakMode.lost }
      if text.equals("unfreed") { return LeakMode.unfreed }
      guard text.equals("off") else { refuse(text, key, "lost, unfreed or off") }
      return LeakMode.off
    }

    private static func frames(_ text: Word?, _ key: Word) -> UInt32 {
      guard let count = text?.number, count <= 256 else {
        refuse(text, key, "a number from 0 to 256")
      }
      return UInt32(count)
    }

    private static func quarantine(_ text: Word?, _ key: Word) -> UInt64 {
      guard let text else { return defaultQuarantine }
      if text.equals("off") { return 0 }
      guard let size = text.byteSize else { refuse(text, key, "a size, as 8MiB, or off") }
      return size
    }

    private static func keepPattern(_ text: Word?, _ key: Word) {
      guard let text, !text.isEmpty, text.byteCount < LayerStorage.pathCapacity - 64 else {
        refuse(text, key, "a file name, as /tmp/%e.%p.zleak")
      }
      Memory.copy(to: LayerStorage.pattern, from: text.start, text.byteCount)
      Memory.store8(LayerStorage.pattern + text.byteCount, 0)
      unsafe state.pointee.recordsAlways = 1
    }

    private static func printHelp() {
      OptionKeys.printHelp()
      zmalloc_exit_now(0)
    }

    /// Ends the program: a value that is not allowed.
    static func refuse(_ text: Word?, _ key: Word, _ range: StaticString) -> Never {
      var line = Line()
      line.append("ZMALLOC_DEBUG: ")
      if let text {
        line.append("bad value '")
        line.append(bytes: text.start, text.byteCount)
        line.append("' for '")
      } else {
        line.append("no value for '")
      }
      line.append(bytes: key.start, key.byteCount)
      line.append("': it takes ")
      line.append(range)
      line.print()
      zmalloc_exit_now(usageStatus)
    }

    private static func fail(_ what: StaticString) -> Never {
      var line = Line()
      line.append("ZMALLOC_DEBUG ")
      line.append(what)
      line.print()
      zmalloc_exit_now(usageStatus)
    }
  }
#endif
