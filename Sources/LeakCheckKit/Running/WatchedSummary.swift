// All processes of a run in one line: what was found in them, and what could not be looked for.
public import Recording

/// What the recordings of one run say together.
public struct WatchedSummary: Sendable {
  /// How many processes wrote a recording.
  public var processCount: Int
  /// Allocations in all of them.
  public var allocationCount: UInt64
  /// Lost blocks in all of them.
  public var leakedBlockCount: UInt64
  /// Their bytes.
  public var leakedByteCount: UInt64
  /// Heap violations in all of them.
  public var violationCount: UInt64
  /// Processes that died by a signal that the layer saw.
  public var crashCount: Int
  /// Processes whose recording was made without a leak scan.
  public var unscannedCount: Int

  /// Adds recordings up.
  public init(_ recordings: [Recording]) {
    func sum(_ key: MetaKey) -> UInt64 {
      recordings.reduce(0) { $0 &+ ($1.meta.number(key) ?? 0) }
    }
    processCount = Set(recordings.map { $0.meta.number(.processID) ?? 0 }).count
    allocationCount = sum(.allocationCount)
    leakedBlockCount = 0
    leakedByteCount = 0
    violationCount = 0
    for recording in recordings {
      let bytes = recording.blocks.reduce(0 as UInt64) { $0 &+ $1.byteCount }
      let meta = recording.meta
      leakedBlockCount &+= max(UInt64(recording.blocks.count), meta.number(.lostBlockCount) ?? 0)
      leakedByteCount &+= max(bytes, meta.number(.lostByteCount) ?? 0)
      violationCount &+= max(
        UInt64(recording.violations.count), meta.number(.violationCount) ?? 0)
    }
    crashCount = recordings.filter { $0.crash != nil }.count
    unscannedCount = recordings.filter { $0.meta.number(.leaksScanned) != 1 }.count
  }

  /// One sentence without its full stop.
  public var sentence: String {
    var parts: [String] = []
    if leakedBlockCount > 0 {
      parts.append(
        "\(counted(leakedBlockCount, "block")) (\(byteQuantity(leakedByteCount))) leaked")
    } else if unscannedCount == 0 {
      parts.append("no leaks")
    }
    parts.append(
      violationCount > 0 ? counted(violationCount, "heap violation") : "no heap violations")
    if crashCount > 0 { parts.insert(counted(crashCount, "crash", "crashes"), at: 0) }
    let place = counted(processCount, "process", "processes")
    var text =
      "\(parts.joined(separator: ", ")) in \(place) (\(counted(allocationCount, "allocation")))"
    if unscannedCount > 0 {
      text +=
        unscannedCount >= processCount
        ? ", no leak scan ran" : ", no leak scan in \(grouped(unscannedCount)) of them"
    }
    return text
  }
}
