// `zleakcheck options`: what ZMALLOC_DEBUG and `--options` understand.
import ArgumentParser

/// `zleakcheck options`.
struct OptionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "options", abstract: "Explains ZMALLOC_DEBUG and --options.")

  func run() { print(Self.text) }

  static let text = """
    ZMALLOC_DEBUG is off, on, help, or a list of words with commas between them; later words win.
    `zleakcheck run --options LIST` adds LIST to it. `on` is canary, leaks and the defaults in
    parentheses.

      canary[=on|off]      guard bytes around each block; an overwrite is a violation
      leaks[=WHICH]        what counts as a leak at the end: lost blocks (lost, the default), every
                           unfreed block of the z-functions (unfreed), or nothing (off)
      stacks=N             frames kept at an allocation, 0 to 256 (32)
      free-stacks=N        frames kept at a free, 0 to 256 (4)
      quarantine=SIZE|off  freed bytes that are held back and watched (8MiB)
      fail=PLAN            allocations that fail: nth:N the Nth alone, from:N the Nth and all after
      seed=N               the seed of plans that choose by chance
      record=NAME          where recordings go: %e program, %p pid, %t start, %n sequence; in
                           single quotes when it has a comma
      exit=keep|set        the program's own status, or 23 and 24 for leaks and violations
      announce=on|off      the line on standard error at the end
      on-violation=WHAT    what follows a violation: abort, or continue where that is possible

    Plans combine with +, as in fail=nth:3+nth:9. An unknown word stops the program at its start
    with status 64.
    """
}
