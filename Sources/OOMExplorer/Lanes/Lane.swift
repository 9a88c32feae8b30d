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
  var server: ForkServer?
  /// Where runs begin that fail at a known point.
  var ladder: Ladder?
  private var runCount = 0
  /// A copy that is forked while the run before it goes on, and waits.
  var held: HeldCopy?
  var ticket: UInt32 = 0
  /// The processor that this lane and its servers keep to; `nil` for anyone.
  ///
  /// Where the lanes want all processors, who ends a run and who begins the next one then follow
  /// each other on one, instead of waking another that sleeps: a run is shorter than that takes.
  private(set) var processor: Int?
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

  /// Binds the calling thread, which is this lane's, and the servers that it starts from now on.
  ///
  /// - Parameter number: Which of the processors that this process may use; `nil` for all.
  func bind(to number: Int?) {
    processor = number
    clinux_bind(0, CInt(number ?? -1))
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
  ///
  /// - Parameter copy: A copy that waits for it.
  /// - Throws: A sentence when the folder cannot be renewed.
  func renew(before copy: ChildProcess? = nil) throws(Refusal) {
    // What programs leave behind must not become many; looking costs as much as a tenth of a run.
    runCount += 1
    if runCount % 16 == 0 {
      let waiting = [server?.process, copy].compactMap { $0?.identifier }
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
      // Who gives copies of itself binds its calls once and not in each copy. The others do as it
      // does: a call that is bound late leaves the processor's registers on the stack, where a
      // variable finds them that is read before it was written. The layer takes this out of the
      // program's sight.
      environment.append("LD_BIND_NOW=1")
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
