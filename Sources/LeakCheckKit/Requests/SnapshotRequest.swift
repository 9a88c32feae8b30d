// `zleakcheck snapshot`: a recording of a running program, and its report.
import Glibc
import Recording

/// A snapshot that was asked for.
public struct SnapshotRequest {
  /// The process.
  public var process: Int32
  /// Whether a mark is set right after it.
  public var setsMark: Bool
  /// The folder for the recording.
  public var recordingsFolder: String
  /// How the recording is shown.
  public var report: ReportFiles

  /// Makes a request from its parts; the report's files are filled in.
  public init(process: Int32, setsMark: Bool, recordingsFolder: String, report: ReportFiles) {
    self.process = process
    self.setsMark = setsMark
    self.recordingsFolder = recordingsFolder
    self.report = report
  }

  /// Asks, keeps the recording and shows it.
  ///
  /// - Returns: 0, or 70 with a sentence.
  public func execute() -> Int32 {
    var shown = report
    do {
      let program = try RunningProgram(process)
      let file = try take(ProgramRequest(program: program))
      shown.files = [file]
      if setsMark {
        let answer = try ProgramRequest(program: program).send(.mark)
        try OutputFile.standardError.write(
          "zleakcheck: mark \(answer.message.value) in \(program.title)\n")
      }
    } catch {
      try? OutputFile.standardError.write("zleakcheck: \(printable("\(error)"))\n")
      return ExitStatus.failed
    }
    return shown.execute()
  }

  /// The path of the new recording.
  private func take(_ request: ProgramRequest) throws -> String {
    let answer = try request.send(.snapshot)
    guard let descriptor = answer.descriptor else {
      throw Refusal("\(request.program.title) gave no recording")
    }
    defer { close(descriptor) }
    forget(request, copy: pid_t(answer.message.process))
    let bytes = try OpenFile.contents(ofDescriptor: descriptor)
    let meta = try Recording(decoding: bytes).meta
    let executable = meta.string(.executable) ?? request.program.name
    return try keep(bytes, name: "\(lastPart(executable)).\(process)")
  }

  /// Has the program collect its copy, once that has ended; what is left otherwise goes with the
  /// next request, or with the program.
  private func forget(_ request: ProgramRequest, copy: pid_t) {
    _ = try? request.send(.collect)
  }

  /// Writes the file under the first name that is free, as `run` does.
  private func keep(_ bytes: [UInt8], name: String) throws -> String {
    let folder = recordingsFolder
    let place = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
    let draft = "\(place)\(name).\(getpid()).part"
    let opened = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw SystemError("write", draft) }
    defer { close(opened) }
    try OutputFile.write(bytes, to: opened, draft)
    for number in 1...10_000 {
      let target = place + (number == 1 ? "\(name).zleak" : "\(name)-\(number).zleak")
      if try moveWithoutReplacing(draft, to: target) { return target }
    }
    throw SystemError("write", "\(place)\(name).zleak", code: EEXIST)
  }
}

/// `zleakcheck mark`.
public struct MarkRequest {
  /// The process.
  public var process: Int32

  /// Makes a request.
  public init(process: Int32) { self.process = process }

  /// Sets a mark and prints its number.
  ///
  /// - Returns: 0, or 70 with a sentence.
  public func execute() -> Int32 {
    do {
      let program = try RunningProgram(process)
      let answer = try ProgramRequest(program: program).send(.mark)
      try OutputFile.standardOutput.write("\(answer.message.value)\n")
      return 0
    } catch {
      try? OutputFile.standardError.write("zleakcheck: \(printable("\(error)"))\n")
      return ExitStatus.failed
    }
  }
}
