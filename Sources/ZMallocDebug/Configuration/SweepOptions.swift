// The options of sweeps: sweep=N[@A-B], sweep-signal=USR1|USR2|N.
#if DEBUG_LAYER
  import CZMalloc

  /// The options of sweeps.
  @safe
  enum SweepOptions {
    static func setDefaults() {
      unsafe state.pointee.sweepEvery = 0
      unsafe state.pointee.sweepFrom = 0
      unsafe state.pointee.sweepTo = .max
      unsafe state.pointee.sweepSignal = 0
    }

    /// Applies a word; false when it is none of these.
    static func apply(_ key: Word, _ text: Word?) -> Bool {
      if key.equals("sweep") {
        setSweep(text, key)
      } else if key.equals("sweep-signal") {
        unsafe state.pointee.sweepSignal = signal(text, key)
      } else {
        return false
      }
      return true
    }

    private static func setSweep(_ text: Word?, _ key: Word) {
      let range: StaticString = "a number of operations, as 1000, or 10@5000-6000 between two"
      if let text, text.equals("off") { return unsafe state.pointee.sweepEvery = 0 }
      let (count, place) = text?.cut(at: 0x40) ?? (Word(start: 0, end: 0), nil)
      guard let every = count.number, every > 0 else { Options.refuse(text, key, range) }
      unsafe state.pointee.sweepEvery = every
      guard let place else { return }
      let (first, last) = place.cut(at: 0x2D)
      guard let from = first.number, let to = last?.number, from <= to else {
        Options.refuse(text, key, range)
      }
      unsafe state.pointee.sweepFrom = from
      unsafe state.pointee.sweepTo = to
    }

    private static func signal(_ text: Word?, _ key: Word) -> Int32 {
      if let text, text.equals("USR1") || text.equals("SIGUSR1") { return 10 }
      if let text, text.equals("USR2") || text.equals("SIGUSR2") { return 12 }
      guard let number = text?.number, number > 0, number < 65,
        zmalloc_may_be_sweep_signal(Int32(number))
      else { Options.refuse(text, key, "USR1, USR2 or the number of a signal that is not fatal") }
      return Int32(number)
    }
  }
#endif
