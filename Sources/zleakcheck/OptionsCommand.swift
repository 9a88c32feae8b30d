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
      mismatch[=on|off]    new with delete, new[] with delete[], malloc with free; anything else is
                           a violation (on)
      leaks[=WHICH]        what counts as a leak at the end: lost blocks (lost, the default), every
                           unfreed block of the z-functions (unfreed), or nothing (off)
      stacks=N             frames kept at an allocation, 0 to 256 (32)
      free-stacks=N        frames kept at a free, 0 to 256 (4)
      quarantine=SIZE|off  freed bytes that are held back and watched (8MiB)
      guard=WHICH          a page without access beside blocks: all of them (all), or one of N
                           (1/N), by the seed; the first touch of it, and of freed blocks, is a
                           violation
      guard-at=end|start   the side of that page (end)
      guard-size=A-B       the sizes that get one, as 16-4KiB; either may be left out
      sweep=N[@A-B]        a look at all blocks every N operations, from operation A to B: a
                           violation says between which two it happened
      sweep-signal=NAME    a signal that asks for such a look: USR1, USR2 or a number
      fail=PLAN            allocations that fail on purpose, see below
      families=all|ztry    what a plan counts: all allocations (all), or those of ztry functions
      seed=N               what is drawn by chance starts from it
      junk[=on|off]        fills fresh memory, so that remains of before are not mistaken for data
      fixed-time[=on|off]  the clocks say the same in each run (preload library)
      record=NAME          where recordings go: %e program, %p pid, %t start, %n sequence; in
                           single quotes when it has a comma
      exit=keep|set        the program's own status, or 23 and 24 for leaks and violations
      announce=on|off      the line on standard error at the end
      on-violation=WHAT    what follows a violation: abort, or continue where that is possible

    LSAN_OPTIONS counts where none of these words says otherwise: suppressions, print_suppressions,
    exitcode, report_objects, max_leaks, detect_leaks, leak_check_at_exit, use_globals, use_stacks,
    use_registers, use_tls, use_root_regions, use_ld_allocations. What else it says is named once.

    A plan is one term or several with + between them; an allocation fails if one term says so.

      nth:N  from:N  burst:N,K  every:K   by its number: the Nth; that and all after it; K in a row
                           from the Nth on; each Kth
      rate:P               a share, as 0.01 or 1%, chosen by the seed
      bytes:SIZE           what would lift the live bytes past SIZE
      size:A-B             requests of A to B bytes
      site:KEY[@K[-]]      from one stack: all; only its Kth; from that one on everything
      function:NAME        with such a function on the stack, by its linker name; * and ? are known
      module:NAME          asked for by code of such a module
      once-per-site        the first from each stack
      schedule:HEX         bit by bit, as a fuzzer's input says

    A burst's comma wants quotes around the plan: fail='burst:37,3'. Points are counted from 1 over
    all threads; zero bytes are no point. The function zmalloc_fault_injected is there for a
    breakpoint. An unknown word stops the program at its start with status 64.
    """
}
