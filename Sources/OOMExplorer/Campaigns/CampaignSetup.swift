// What a campaign needs before the program runs: the program, the library, the folder, the input.
import CLinux
import Glibc
import LeakCheckKit
import RecordingFormat

/// What all lanes have in common, and what was noticed on the way.
struct CampaignSetup {
  var setting: LaneSetting
  var remarks: [String]
  let identity: CampaignIdentity
  /// Kept open: the lanes open it again.
  let input: MemoryFile

  /// Looks at what was asked for.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - scratch: Where lanes have their folders.
  ///   - earlier: What an earlier campaign says it was about, if there is one.
  ///   - isReplay: The standard input is the earlier one's in any case.
  /// - Throws: A sentence when program, library, folder or input cannot be had.
  init(
    _ request: CampaignRequest, scratch: String, after earlier: CampaignIdentity? = nil,
    isReplay: Bool = false
  ) throws(Refusal) {
    let program = try CheckedProgram(request.command[0])
    let library = try PreloadLibrary()
    remarks = program.warnings
    let source = request.folder ?? currentFolder() ?? "/"
    guard let folder = realPath(source), FileStatus(of: folder)?.isFolder == true else {
      throw Refusal("cannot copy the folder \(source): \(SystemError.text(ENOENT))")
    }
    if !clinux_pin_addresses() {
      remarks.append("addresses could not be pinned: the program may not be the same each time")
    }
    if !clinux_adopt_orphans() {
      remarks.append("processes that the program leaves behind cannot be ended")
    }
    var (file, remark) = try isReplay ? (MemoryFile(), nil) : InputSpool.make()
    if file.byteCount == 0, let digest = earlier?.input, !digest.isEmpty {
      file = try InputSpool.kept(at: request.inputFile, digest: digest)
      remark = nil
    }
    input = file
    if let remark { remarks.append(remark) }
    var options = request.options
    if request.hasFixedTime {
      options = [options, "fixed-time"].compactMap { $0 }.joined(separator: ",")
    }
    // A path without a slash was found in PATH; one with a slash is seen from another folder.
    let path = program.path.hasPrefix("/") ? program.path : (realPath(program.path) ?? program.path)
    setting = LaneSetting(
      program: path, arguments: request.command,
      environment: PinnedEnvironment.make(from: currentEnvironment()), library: library,
      options: options, sourceFolder: folder, scratch: scratch,
      inputPath: "/proc/self/fd/\(file.descriptor)", ownFiles: request.ownFiles)
    identity = CampaignIdentity(
      program: path, arguments: request.command, folder: folder, options: options ?? "",
      families: request.families.rawValue, input: InputSpool.digest(file))
  }

  /// Whether the layer accepts the user's words; what it does not accept it says itself.
  var acceptsOptions: Bool {
    guard setting.options != nil || environmentValue("ZMALLOC_DEBUG") != nil else { return true }
    return OptionCheck.accepts(
      setting.library.environment(from: setting.environment, options: setting.options, adding: []))
  }
}
