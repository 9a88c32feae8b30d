// Before anything fails: the program is run a few times as it is. Is it the same each time, which
// sites does it have, how long does it take, and which engine suits it?
import Glibc
import LeakCheckKit
import Recording

/// What the runs without a failure say.
struct Preparation {
  var judge: Judge
  var sites: [Site]
  var modules: ModuleList
  var families: [String]
  var points: PointOrder
  /// Seconds of a run under the layer.
  var seconds: Double
  /// The same of the quickest of its runs.
  var quickest: Double
  var remarks: [String] = []

  /// Runs the program without a failure in this lane.
  init(_ lane: Lane, _ request: CampaignRequest, limit: Double) throws(Refusal) {
    let bare = try lane.rerun(nil, limit: limit)
    try Self.checkEnds(bare, limit)
    let (first, words) = try Self.first(lane, request, beside: bare, limit)
    var path = try Self.recording(of: first, lane, request)
    let recording: Recording
    do { recording = try Recording(decoding: OpenFile.contents(of: path)) } catch {
      throw Refusal("the recording of the first run cannot be read: \(error)")
    }
    try Self.checkIsSound(first, recording)
    modules = ModuleList()
    families = Self.families(request, recording)
    if families != [] {
      remarks.append(
        "only the allocations of the ztry functions fail: the Swift runtime aborts by design when "
          + "others do (--families all for all)")
    }
    // With the family in force: the clean run is counted twice.
    var counted = first
    if !families.isEmpty {
      counted = try Self.counted(lane, families + words, limit)
      path = counted.recording ?? path
    }
    points = lane.page.points()
    families += words
    // Counted and recorded as well: where two runs differ can be said of these two alone, and later
    // ones may be equal again.
    let again = try Self.counted(lane, families, limit)
    sites = try Self.sites(path, &modules)
    var others: [Site] = []
    if let path = again.recording { others = try Self.sites(path, &modules) }
    let times = Dictionary(lane.page.sites().map { ($0.key, Double($0.time) / 1e9) }) { $1 }
    // The quicker of two: a loaded machine makes any way look long. The same for the whole run, of
    // which each is a part.
    for index in sites.indices {
      sites[index].seconds = min(sites[index].seconds, times[sites[index].key] ?? .infinity)
    }
    seconds = again.seconds
    quickest = min(counted.seconds, again.seconds)
    judge = Judge(plain: again)
    compare(bare: bare, counted: counted, again: again)
    if !judge.isCountStable, let drift = CountDrift(sites, others) {
      remarks.append(drift.sentence(modules))
    }
    if !sites.isEmpty, request.engine == .server || request.engine == nil {
      try findFork(lane, limit)
    }
  }

  /// A program that does not end, or dies, says nothing of failures.
  private static func checkEnds(_ bare: RunResult, _ limit: Double) throws(Refusal) {
    guard bare.end != .timedOut else {
      throw Refusal(
        "the program does not end: it was killed after \(timeQuantity(UInt64(limit * 1e9))); "
          + "give it an end, or more time by --time-limit")
    }
    guard bare.end != .ended(.signalled(25)) else {
      throw Refusal("the program prints or writes more than 256 MiB into one file")
    }
    guard bare.end != .overfilled else {
      throw Refusal(
        "the program fills the disk: it was killed when its folder had more than 1 GiB or 40,000 "
          + "files")
    }
    // Of an abort the layer may know more: libc found a heap mistake.
    guard case .ended(.signalled(let signal)) = bare.end, signal != 6 else { return }
    throw Refusal(
      [4, 7, 8, 11].contains(signal)
        ? "the program crashes without any failure: see zleakcheck run"
        : "the program dies by \(signalName(UInt32(signal))) without any failure")
  }

  /// The first run under the layer, and the words that all runs have in common.
  ///
  /// All have fixed clocks where that does not change what the program does: libxml2 seeds its hash
  /// tables with the time, and every so often a table grows at another allocation.
  private static func first(
    _ lane: Lane, _ request: CampaignRequest, beside bare: RunResult, _ limit: Double
  ) throws(Refusal) -> (RunResult, [String]) {
    let fixed = try counted(lane, ["fixed-time"], limit)
    let isHarmless = fixed.end == bare.end && fixed.output == bare.output
    if request.hasFixedTime || isHarmless { return (fixed, ["fixed-time"]) }
    return (try counted(lane, [], limit), [])
  }

  /// Where the recording of the first run is.
  private static func recording(
    of first: RunResult, _ lane: Lane, _ request: CampaignRequest
  ) throws(Refusal) -> String {
    let hasStarted = first.page.magic == CampaignPage.magicValue
    guard hasStarted, let path = first.recording else {
      let name = request.command[0]
      throw Refusal(
        hasStarted
          ? "\(name) could not be watched to its end: it started under the layer but left no "
            + "recording (it may have replaced itself by another program, as wrappers do: "
            + "name that)"
          : "\(name) could not be watched: the layer did not start in it")
    }
    guard Int(first.page.layoutByteCount) == MemoryLayout<CampaignPage>.size else {
      throw Refusal(
        "the library \(lane.setting.library.path) is of another release than this command")
    }
    return path
  }

  /// A program that breaks by itself says nothing of failures.
  private static func checkIsSound(_ run: RunResult, _ recording: Recording) throws(Refusal) {
    if run.page.violationCount > 0 || run.page.crashSignal != 0 {
      let what = run.page.violationCount > 0 ? "has a heap violation" : "crashes"
      throw Refusal("the program \(what) without any failure: see zleakcheck run")
    }
    if case .ended(.signalled(let signal)) = run.end {
      throw Refusal("the program dies by \(signalName(UInt32(signal))) without any failure")
    }
    guard recording.meta.number(.allocationCount) ?? 0 > 0 else {
      throw Refusal(
        "the program never called our malloc: it has an allocator of its own, or allocates nothing")
    }
  }

  private static func families(_ request: CampaignRequest, _ recording: Recording) -> [String] {
    switch request.families {
    case .all: return []
    case .ztry: return ["families=ztry"]
    case .auto:
      let isSwift = recording.modules.contains { $0.name.hasPrefix("libswiftCore.") }
      return isSwift ? ["families=ztry"] : []
    }
  }

  /// A run that counts its sites, with a recording.
  private static func counted(
    _ lane: Lane, _ words: [String], _ limit: Double
  ) throws(Refusal) -> RunResult {
    try lane.rerun(words + ["count-sites"], limit: limit, isRecorded: true)
  }

  private static func sites(
    _ path: String, _ modules: inout ModuleList
  ) throws(Refusal) -> [Site] {
    guard let recording = try? Recording(decoding: OpenFile.contents(of: path)) else {
      throw Refusal("the recording of the plain run cannot be read")
    }
    unsafe unlink(path)
    return recording.points.map { point in
      Site(
        key: point.key, firstPoint: point.firstPoint, count: point.count,
        seconds: Double(point.time) / 1e9,
        frames: modules.stack(point.stack, of: recording).frames)
    }
  }

  /// Sites of a later run, with the frames that one more run shows of them.
  func named(_ later: [Site], _ lane: Lane, _ modules: inout ModuleList) -> [Site] {
    let run = try? Self.counted(lane, families, seconds * 10 + 2)
    let shown = run?.recording.flatMap { try? Self.sites($0, &modules) } ?? []
    let frames = Dictionary(shown.map { ($0.key, $0.frames) }) { first, _ in first }
    return later.map { site in
      var site = site
      site.frames = frames[site.key] ?? []
      return site
    }
  }

  /// What differs between runs without a failure, as sentences.
  private mutating func compare(bare: RunResult, counted run: RunResult, again: RunResult) {
    if run.page.pointCount != again.page.pointCount {
      judge.isCountStable = false
      remarks.append(
        "the program is not the same each time: "
          + "\(LeakCheckKit.counted(run.page.pointCount, "allocation")) in one run, "
          + "\(grouped(again.page.pointCount)) in the next")
    }
    if run.output != again.output || bare.output != run.output {
      judge.isOutputStable = false
      remarks.append(
        "its output is not the same each time (\(Self.place(run.output, again.output))): output is "
          + "not compared (--fixed-time may help)")
    }
    let paths = Set(run.changes.keys).union(again.changes.keys)
    judge.unstablePaths = paths.filter { run.changes[$0] != again.changes[$0] }
    if let path = judge.unstablePaths.sorted().first {
      remarks.append("\(path) is not the same each time: it is not compared")
    }
    if bare.end != run.end {
      remarks.append("the layer changes how the program ends: its verdicts may be wrong")
    }
  }

  private static func place(_ first: [UInt8], _ second: [UInt8]) -> String {
    let same = zip(first, second).prefix { $0 == $1 }.count
    return "from byte \(grouped(same)) on"
  }

  /// How many points lie before the fork of the server.
  private mutating func findFork(_ lane: Lane, _ limit: Double) throws(Refusal) {
    guard let copy = try lane.serve(families, limit: limit) else {
      // All points lie before a fork that never comes.
      judge.plain.page.pointsBeforeFork = .max
      return
    }
    judge.plain.page.pointsBeforeFork = copy.page.pointsBeforeFork
  }
}
