// The environment of every run of a campaign: what drifts from run to run is pinned.

/// The environment of the runs.
enum PinnedEnvironment {
  /// Known seeds of hashes, and what decides about texts, time and randomness.
  static let pins = [
    "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0",
    "PERL_PERTURB_KEYS": "0", "SWIFT_DETERMINISTIC_HASHING": "1", "RUBY_HASH_SEED": "0",
    // Its report of a crash would take longer than the program.
    "SWIFT_BACKTRACE": "enable=no",
  ]

  /// What says something about the terminal or the shell that started the campaign.
  private static let dropped: Set<String> = [
    "PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES",
    // Set for all runs under the layer, and hidden there.
    "LD_BIND_NOW",
  ]

  /// This environment with the pins in it, sorted by name.
  static func make(from environment: [String]) -> [String] {
    var variables: [String: String] = [:]
    for entry in environment {
      guard let mark = entry.firstIndex(of: "=") else { continue }
      let name = String(entry[..<mark])
      // Of two the first is what a program finds.
      if !dropped.contains(name), variables[name] == nil {
        variables[name] = String(entry[entry.index(after: mark)...])
      }
    }
    variables.merge(pins) { $1 }
    return variables.map { "\($0)=\($1)" }.sorted()
  }
}
