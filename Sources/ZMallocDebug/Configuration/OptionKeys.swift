// The keys of ZMALLOC_DEBUG with their help, and the nearest one to a mistyped key.
#if DEBUG_LAYER
  import CZMalloc

  /// The keys.
  enum OptionKeys {
    static let count = 31

    static func key(_ index: Int) -> StaticString {
      switch index {
      case 0: "on"
      case 1: "off"
      case 2: "help"
      case 3: "canary"
      case 4: "leaks"
      case 5: "stacks"
      case 6: "free-stacks"
      case 7: "quarantine"
      case 8: "fail"
      case 9: "seed"
      case 10: "record"
      case 11: "exit"
      case 12: "announce"
      case 13: "on-violation"
      case 14: "families"
      case 15: "junk"
      case 16: "count-sites"
      case 17: "campaign"
      case 18: "serve"
      case 19: "fixed-time"
      case 20: "file-limit"
      case 21: "lean"
      case 22: "rung"
      case 23: "hold"
      case 24: "guard"
      case 25: "guard-at"
      case 26: "guard-size"
      case 27: "sweep"
      case 28: "sweep-signal"
      case 29: "mismatch"
      default: "split"
      }
    }

    static func help(_ index: Int) -> StaticString {
      switch index {
      case 0: "canary,leaks,quarantine=8MiB,stacks=32,free-stacks=4"
      case 1: "the layer stays out of the way"
      case 2: "this list, and no program"
      case 3: "[=on|off]: checks the bytes around each block"
      case 4: "[=lost|unfreed|off]: what counts as a leak at the end"
      case 5: "=N: frames kept at an allocation, 0 to 256"
      case 6: "=N: frames kept at a free, 0 to 256"
      case 7: "=SIZE|off: freed bytes held back and watched, as 8MiB"
      case 8: "=PLAN: allocations that fail, as nth:37; terms are joined by +"
      case 9: "=N: the seed of plans that choose by chance"
      case 10: "=NAME: the recording; %e program, %p pid, %t start, %n sequence"
      case 11: "=keep|set: the exit status: the program's, or 23 and 24 for findings"
      case 12: "=on|off: the line on standard error at the end"
      case 13: "=abort|continue: what follows a heap mistake"
      case 14: "=all|ztry: which allocations a plan counts: all, or the ztry functions alone"
      case 15: "[=on|off]: fills fresh memory, so that remains of before are not mistaken for data"
      case 16: "[=on|off]: counts the allocations of each site for the recording"
      case 17: "=FD: memory shared with the command, which sets this itself"
      case 20: "=SIZE: a file may not grow larger: output that never ends is stopped"
      case 23: "=N: a copy waits before it begins, until the command says this number"
      case 24: "[=all|1/N|off]: blocks with a page without access beside them, all or one of N"
      case 25:
        "=end|start: the side of that page: reads and writes past the end, or before the start"
      case 26: "=A-B: the sizes that get one, as 16-4KiB; either may be left out"
      case 27: "=N[@A-B]: looks at all blocks every N operations, from operation A to B"
      case 28: "=USR1|USR2|N: a signal that asks for such a look"
      case 29: "[=on|off]: what new gave goes back by delete, what malloc gave by free"
      case 21: "[=on|off]: stacks of failed allocations alone, for a campaign's trials"
      case 22: "[=on|off]: gives copies of the process where the plan says, for the command"
      case 19: "[=on|off]: the clocks say the same in each run"
      case 18: "=FD: gives copies of the program before main, for the command"
      default: "=FD: gives copies of the process at each new site, for the command"
      }
    }

    static func printHelp() {
      for index in 0..<count {
        var line = Line()
        line.append(key(index))
        let text = Word.bytes(help(index))
        if text.byte(0) != 0x5B && text.byte(0) != 0x3D { line.append(": ") }
        line.append(help(index))
        line.print()
      }
    }

    /// Ends the program: a key that is not known.
    static func refuse(_ word: Word) -> Never {
      var nearest = 0
      var least = UInt32.max
      for index in 0..<count {
        let distance = word.distance(to: Word.bytes(key(index)))
        if distance < least {
          least = distance
          nearest = index
        }
      }
      var line = Line()
      line.append("ZMALLOC_DEBUG: unknown key '")
      line.append(bytes: word.start, min(word.byteCount, 64))
      line.append("'; the nearest is '")
      line.append(key(nearest))
      line.append("'")
      line.print()
      zmalloc_exit_now(Options.usageStatus)
    }
  }
#endif
