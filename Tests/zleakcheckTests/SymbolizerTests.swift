// Which symbolizer a report uses, and that it starts one process for all modules.
import Foundation
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("The symbolizer of a report")
struct SymbolizerTests {
  let line: CommandLine
  /// The one of this machine.
  let real: String

  init() throws {
    line = try CommandLine()
    real = try #require(SymbolizerSearch.find())
    var recording = SampleRecording.full
    recording.modules = []
    var addresses: [UInt64] = []
    for name in ["inFirst", "inSecond"] {
      let bias = UInt64(0x5555_0000_0000 + recording.modules.count * 0x1_0000_0000)
      let path = try program(name)
      guard let image = ELFImage(path: path) else { throw Refusal("no ELF file at \(path)") }
      let symbols = ELFSymbols(image)
      let start = try #require((UInt64(0x1000)..<0x2000).first { symbols.name(at: $0) == name })
      // A return address stands after its call.
      addresses.append(bias + start + 2)
      recording.modules.append(
        Module(
          start: bias, end: bias + 0x10_0000, bias: bias, path: Array(path.utf8),
          buildID: image.buildID(), flags: ModuleHead.isProgram))
    }
    recording.stacks = StackTable([1: addresses, 2: addresses, 3: addresses])
    try line.write(recording, "modules.zleak")
  }

  private func program(_ function: String) throws -> String {
    let path = line.folder + "/" + function
    try "int \(function)(int n) {\n  return n + 1;\n}\nint main(void) { return \(function)(-1); }\n"
      .write(toFile: path + ".c", atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["cc", "-g", "-O0", "-o", path, path + ".c"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(function) does not compile")
    return path
  }

  /// A symbolizer that notes its start by `name` in a log.
  private func noting(_ name: String, in folder: String) throws -> String {
    let path = folder + "/" + name
    let text = "#!/bin/sh\necho \(name) >>'\(line.folder)/log'\nexec '\(real)' \"$@\"\n"
    // Another process writes it: while this one has it open for writing, a child that another test
    // starts may hold it, and it could not be started.
    let process = try Process.run(
      URL(fileURLWithPath: "/bin/sh"),
      arguments: ["-c", "printf %s \"$1\" >\"$2\" && chmod 755 \"$2\"", "sh", text, path])
    process.waitUntilExit()
    return path
  }

  private func log() -> [String] {
    let text = try? String(contentsOfFile: line.folder + "/log", encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  @Test("ZLEAKCHECK_SYMBOLIZER names it, and one process answers for all modules")
  func oneProcess() throws {
    let result = try line.zleakcheck(
      ["report", "modules.zleak"],
      environment: ["ZLEAKCHECK_SYMBOLIZER": try noting("mine", in: line.folder)])
    #expect(result.status == 0)
    for name in ["inFirst", "inSecond"] {
      #expect(
        result.output.split(separator: "\n").contains {
          $0.hasPrefix("    \(name)") && $0.contains("\(name).c:1")
        }, "\(result.output)")
    }
    #expect(log() == ["mine"])
  }

  @Test("its empty value means none: names alone, and a note")
  func none() throws {
    _ = try noting("llvm-symbolizer", in: line.folder)
    let result = try line.zleakcheck(
      ["report", "modules.zleak"],
      environment: ["ZLEAKCHECK_SYMBOLIZER": "", "PATH": line.folder])
    #expect(result.status == 0)
    #expect(result.output.contains("no source lines: no llvm-symbolizer was found"))
    #expect(result.output.contains("    inFirst"))
    #expect(!result.output.contains("inFirst.c:"))
    #expect(log().isEmpty)
  }

  @Test("of several versions in PATH the newest is taken, and before them the one without")
  func newest() throws {
    let folders = ["a", "b"].map { line.folder + "/" + $0 }
    for folder in folders {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false)
    }
    for (name, folder) in [("9", 0), ("14", 0), ("16", 1), ("x", 1)] {
      _ = try noting("llvm-symbolizer-\(name)", in: folders[folder])
    }
    func report() throws -> CommandResult {
      try line.zleakcheck(
        ["report", "modules.zleak"], environment: ["PATH": folders.joined(separator: ":")])
    }
    #expect(try report().output.contains("inFirst.c:1"))
    #expect(log() == ["llvm-symbolizer-16"])
    _ = try noting("llvm-symbolizer", in: folders[1])
    #expect(try report().output.contains("inFirst.c:1"))
    #expect(log() == ["llvm-symbolizer-16", "llvm-symbolizer"])
  }
}
