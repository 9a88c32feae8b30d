// A place where one run happens at a time: a copy of the folder, streams in memory, the shared
// page, and the ways to start the program there.
import CLinux
import Glibc
import LeakCheckKit
import RecordingFormat

/// What all lanes of a campaign have in common.
struct LaneSetting: Sendable {
  var program: String
  var arguments: [String]
  /// The environment before the layer is added.
  var environment: [String]
  var library: PreloadLibrary
  /// The user's words for the layer.
  var options: String?
  /// The folder that the program works in.
  var sourceFolder: String
  /// Where lanes have their folders.
  var scratch: String
  /// What the program reads, as a path that can be opened again and again.
  var inputPath: String
  /// How many bytes a file of the program may have: what never ends would fill the memory.
  var fileLimit = 256 << 20
  /// What the campaign writes itself: no part of the folder.
  var ownFiles: [String] = []
}

/// A lane.
final class Lane {
  let number: Int
  let setting: LaneSetting
  let page: SharedPage
  let output: MemoryFile
  let errors: MemoryFile
  let folder: FolderCopy
  let recordings: String
  private let input: MemoryFile
  private var server: ForkServer?
  /// Where runs begin that fail at a known point.
  private(set) var ladder: Ladder?
  private var runCount = 0
  /// A copy that was forked while the run before it went on, and waits.
  private var held: HeldCopy?
  private var ticket: UInt32 = 0
  /// What this lane runs after what it runs now, if that can begin as a copy; asked once a run.
  var upcoming: (() -> PlannedRun?)?

  init(number: Int, setting: LaneSetting) throws(Refusal) {
    self.number = number
    self.setting = setting
    page = try SharedPage()
    output = try MemoryFile()
    errors = try MemoryFile()
    let opened = unsafe open(setting.inputPath, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw Refusal("cannot open the standard input again: \(SystemError.text(errno))")
    }
    input = MemoryFile(taking: opened)
    // Each lane's path is as long as the others': it is in the program's environment.
    let place = setting.scratch + "/lane-" + (number < 10 ? "0" : "") + "\(number)"
    guard unsafe mkdir(place, 0o700) == 0 else {
      throw Refusal("cannot make the folder \(place): \(SystemError.text(errno))")
    }
    recordings = place + "/recordings"
    unsafe mkdir(recordings, 0o700)
    folder = try FolderCopy(
      of: setting.sourceFolder, at: place + "/folder",
      without: setting.ownFiles + [setting.scratch])
  }

  /// Ends what runs and removes the folders.
  func close() {
    dropHeld()
    ladder?.end()
    ladder = nil
    server?.end()
    server = nil
    FolderCopy.removeTree(parentFolder(folder.path))
  }

  /// Makes streams, page and folder what they were before the first run.
  func renew() throws(Refusal) {
    // What programs leave behind must not become many; looking costs as much as a tenth of a run.
    runCount += 1
    if runCount % 16 == 0 {
      let waiting = [server?.process, held?.process].compactMap { $0?.identifier }
      let kept = (ladder?.processes ?? []) + waiting
      Descendants.end(in: folder.path, except: kept)
    }
    page.reset()
    output.empty()
    errors.empty()
    input.rewind()
    try folder.renew()
  }

  /// Descriptors of the program that it never sees: high, and closed or marked by the layer.
  static let lentNumbers: (page: CInt, socket: CInt) = {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(7), &limit)  // RLIMIT_NOFILE
    let top = CInt(min(limit.rlim_cur, 1024))
    return (top - 2, top - 3)
  }()

  /// Words for runs without a recording: where a block was freed is asked by nobody.
  private static let unrecordedWords = ["free-stacks=1"]

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - words: Words for the layer; `nil` to start it without the layer.
  ///   - socket: What it is lent beside the page, -1 for nothing: who is lent one gives copies of
  ///     itself.
  /// - Returns: The process.
  /// - Throws: A sentence when it cannot be started.
  func start(_ words: [String]?, socket: CInt = -1) throws(Refusal) -> ChildProcess {
    var environment = setting.environment + ["PWD=" + folder.path]
    if let words {
      environment = self.environment(
        words + ["campaign=\(Self.lentNumbers.page)"] + (socket >= 0 ? Self.unrecordedWords : []))
      // Who gives copies of itself binds its calls once and not in each copy; the layer takes the
      // variable out of the program's sight.
      if socket >= 0 { environment.append("LD_BIND_NOW=1") }
    }
    let argumentArray = CStringArray(setting.arguments)
    let environmentArray = CStringArray(environment)
    var process: pid_t = 0
    let code =
      unsafe argumentArray.withPointers { arguments in
        unsafe environmentArray.withPointers { environment in
          unsafe setting.program.withCString { path in
            unsafe folder.path.withCString { folder in
              var start = unsafe clinux_start_request(
                path: path, arguments: arguments, environment: environment, folder: folder,
                standard_input: input.descriptor, standard_output: output.descriptor,
                standard_error: errors.descriptor, lent: (page.descriptor, socket),
                lent_as: (Self.lentNumbers.page, Self.lentNumbers.socket))
              return unsafe clinux_start(&start, &process)
            }
          }
        }
      } ?? nil
    guard code == 0 else {
      throw Refusal("cannot run \(setting.program): \(SystemError.text(code ?? ENOMEM))")
    }
    // Without the layer nobody else ends what prints for ever.
    if words == nil { clinux_limit_files(process, UInt64(setting.fileLimit)) }
    return try ChildProcess(process)
  }

  /// What the program finds in its environment when it runs under the layer with these words.
  func environment(_ words: [String]) -> [String] {
    setting.library.environment(
      from: setting.environment + ["PWD=" + folder.path], options: setting.options,
      adding: ["junk", "file-limit=\(setting.fileLimit)"] + words + ["announce=off", "exit=keep"])
  }

  /// Runs the program in a process of its own.
  ///
  /// - Parameters:
  ///   - words: Words for the layer; `nil` to run it without the layer.
  ///   - limit: Seconds.
  ///   - isRecorded: Whether a recording is wanted.
  /// - Returns: What it came to.
  /// - Throws: A sentence when it cannot be started.
  func rerun(_ words: [String]?, limit: Double, isRecorded: Bool = false) throws(Refusal)
    -> RunResult
  {
    try renew()
    let started = now()
    let process = try start(
      words.map { $0 + (isRecorded ? recordWords : Self.unrecordedWords) })
    let end = process.wait(limit: limit, explains: isRecorded, filling: folder)
    if end == .interrupted { throw Refusal("it was interrupted") }
    return result(end, since: started, isRecorded: isRecorded)
  }

  /// Runs the program as a copy of the one that waits before `main`.
  ///
  /// - Parameters:
  ///   - words: Words for the layer, the same for all copies in this lane: what lies before `main`
  ///     is counted by them too.
  ///   - plan: Words for this copy.
  ///   - limit: Seconds.
  /// - Returns: `nil` where no copy can be made of this program.
  /// - Throws: A sentence when the server cannot be started or the folder not be renewed.
  func serve(_ words: [String], plan: [String] = [], limit: Double) throws(Refusal) -> RunResult? {
    if server == nil {
      try renew()
      server = try ForkServer(self, words: words)
    }
    guard let server else { return nil }
    dropHeld()
    return try run(copyOf: server, plan, limit)
  }

  /// The same for a run that fails at a known point: it begins at the next rung below, if there is
  /// one.
  ///
  /// - Parameters:
  ///   - words: Words for the layer, the same for all copies in this lane.
  ///   - planned: The run.
  ///   - limit: Seconds.
  ///   - pointCount: How many points a plain run has.
  /// - Returns: `nil` where no copy can be made of this program.
  /// - Throws: A sentence when the server cannot be started or the folder not be renewed.
  func serve(
    _ words: [String], _ planned: PlannedRun, limit: Double, of pointCount: UInt64
  ) throws(Refusal) -> RunResult? {
    if ladder == nil { ladder = Ladder(pointCount: pointCount) }
    if let held, held.planned == planned {
      return try run(copyOf: held.server, planned.words, limit)
    }
    dropHeld()
    if ladder?.needs(planned.point) == true { try addRung(at: planned.point, limit: limit) }
    guard let rung = ladder?.start(for: planned.point) else {
      return try serve(words, plan: planned.words, limit: limit)
    }
    if let result = try run(copyOf: rung, planned.words, limit) { return result }
    ladder?.remove(rung)
    return try serve(words, plan: planned.words, limit: limit)
  }

  /// Forks the copy for the next run, which begins when this one has ended: neither waits for the
  /// other's fork.
  private func holdNext() throws(Refusal) {
    guard let planned = upcoming?(), ladder?.needs(planned.point) == false else { return }
    guard let server = ladder?.start(for: planned.point) ?? server else { return }
    ticket += 1
    guard let process = try server.copy(planned.words + ["hold=\(ticket)"]) else { return }
    held = HeldCopy(planned: planned, server: server, process: process, ticket: ticket)
  }

  /// Ends the copy that waits for a run that does not come.
  func dropHeld() {
    _ = held?.process.wait(limit: 0)
    held = nil
  }

  /// How many bytes are put back for each run that begins behind them.
  private static let printedLimit = 1 << 20

  private var streamsAreAtEnd: Bool { output.isAtEnd && errors.isAtEnd }

  private func addRung(at point: UInt64, limit: Double) throws(Refusal) {
    // Not of another rung: fork takes the longer, the more generations a page may be from.
    guard let server else { return }
    try renew()
    var rung = try server.rung(at: point, limit: limit)
    // What was done to files on the way each run has to do itself: its folder is a fresh one.
    // What was printed is put back for each.
    let bytes = output.byteCount + errors.byteCount
    if let made = rung, !folder.changes().isEmpty || bytes > Self.printedLimit || !streamsAreAtEnd {
      made.end()
      rung = nil
    }
    rung?.printed = (output.bytes(), errors.bytes())
    ladder?.add(rung, at: point)
  }

  private func run(copyOf server: ForkServer, _ plan: [String], _ limit: Double) throws(Refusal)
    -> RunResult?
  {
    try renew()
    output.fill(server.printed.output)
    errors.fill(server.printed.errors)
    let started = now()
    guard let process = try begin(copyOf: server, plan) else { return nil }
    try holdNext()
    let end = process.wait(limit: limit, filling: folder)
    if end == .interrupted { throw Refusal("it was interrupted") }
    return result(end, since: started)
  }

  private func begin(copyOf server: ForkServer, _ plan: [String]) throws(Refusal) -> ChildProcess? {
    guard let copy = held else { return try server.copy(plan) }
    held = nil
    page.open(gate: copy.ticket)
    return copy.process
  }

  private var recordWords: [String] { [PreloadLibrary.words(recordingsIn: recordings)[0]] }

  /// What the run that has ended so came to.
  func result(_ end: RunEnd, since started: Double, isRecorded: Bool = false) -> RunResult {
    var result = RunResult(
      end: end, page: page.page, output: output.bytes(limit: 256 << 20),
      changes: end == .overfilled ? [:] : folder.changes(), seconds: now() - started)
    guard isRecorded else { return result }
    let id = ".\(result.page.processID)."
    let names = folderNames(recordings).filter { $0.contains(id) && $0.hasSuffix(".zleak") }
    // A crash that a violation preceded leaves one recording, a handled signal two: the last says
    // most.
    result.recording = names.last.map { recordings + "/" + $0 }
    return result
  }
}
