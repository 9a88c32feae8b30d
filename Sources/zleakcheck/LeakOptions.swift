// The flags that say which leaks a report shows, for all commands that write one.
import ArgumentParser
import LeakCheckKit

/// Which blocks are shown.
struct LeakOptions: ParsableArguments {
  @Option(help: "Which blocks are shown: lost, or reachable, which shows those in use as well.")
  var show: BlocksShown = .lost

  @Flag(help: "Show all leaks, not the first 50.")
  var all = false

  @Option(help: "A file of rules for leaks that are none, see suppress; may be repeated.")
  var suppressions: [String] = []

  /// The most entries of a text report; `nil` for all.
  var entryLimit: Int? { all ? nil : 50 }
}
