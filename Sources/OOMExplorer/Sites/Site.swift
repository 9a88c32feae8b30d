// A stack from which the program allocates, as a campaign knows it: by a key that is the same in
// every run, and by frames that can be named later.
import RecordingFormat

/// A frame: a module and an offset in it.
struct SiteFrame: Sendable, Hashable {
  /// The index of the module in the campaign's list; negative for none.
  var module: Int
  /// The address as the module's file counts it.
  var offset: UInt64
}

/// A site.
struct Site: Sendable, Equatable {
  var key: UInt64
  /// The number of its first point in the run without a failure.
  var firstPoint: UInt64
  /// How many points come from it there.
  var count: UInt64
  /// Seconds after the start of the layer until the first.
  var seconds: Double
  /// Its frames, innermost first; empty where they are not known.
  var frames: [SiteFrame]
}

/// The modules of the program, by path.
struct ModuleList: Sendable, Equatable {
  /// A module's file.
  struct Entry: Sendable, Equatable {
    var path: String
    /// The build id as hexadecimal digits, empty when it has none.
    var buildID: String
    var isProgram: Bool
  }

  private(set) var entries: [Entry] = []

  /// The index of a module, which is added when it is new.
  mutating func index(of entry: Entry) -> Int {
    if let known = entries.firstIndex(of: entry) { return known }
    entries.append(entry)
    return entries.count - 1
  }
}
