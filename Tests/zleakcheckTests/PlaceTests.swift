// Where recordings and reports cannot be written: a sentence, the status, and nothing lost.
import Foundation
import Testing

@Suite("Places that cannot be written to")
struct PlaceTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test("a recording that cannot be kept stays where it was written, and the report says where")
  func recordings() throws {
    let result = try line.zleakcheck(
      ["run", "--recordings", "/proc", "true"], recording: "leaky.zleak")
    #expect(result.status == 23)
    #expect(result.errors.contains("leak: 14 blocks, 1.2 KiB"))
    let folder = try #require(try line.remains().first)
    let path = "\(line.folder)/tmp/\(folder)"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: path).first)
    #expect(
      result.errors.contains(
        ": No such file or directory; the recording stays at \(path)/\(name)\n"))
    #expect(result.errors.contains("zleakcheck: cannot write /proc/parse."))
    // The next commands name it there.
    #expect(result.errors.contains("  zleakcheck report \(path)/\(name)\n"))
    let kept = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
    #expect(!kept.isEmpty)
  }

  @Test("a report that cannot be written is 70 and a sentence, under run and report")
  func full() throws {
    let run = try line.zleakcheck(
      ["run", "--output", "/dev/full", "true"], recording: "leaky.zleak")
    #expect(run.status == 70)
    #expect(run.errors == "zleakcheck: cannot write /dev/full: No space left on device\n")
    // The recording is not lost with it.
    #expect(try line.names("parse").count == 1)
    let report = try line.zleakcheck(["report", "--output", "/dev/full", "full.zleak"])
    #expect(report.status == 70)
    #expect(report.errors == "zleakcheck: cannot write /dev/full: No space left on device\n")
    let folder = try line.zleakcheck(["report", "--output", "/nowhere/r.txt", "full.zleak"])
    #expect(folder.status == 70)
    #expect(folder.errors == "zleakcheck: cannot write /nowhere/r.txt: No such file or directory\n")
  }

  @Test("a TMPDIR that takes no folder is 70 and a sentence, and the program is not run")
  func temporary() throws {
    let result = try line.zleakcheck(
      ["run", "sh", "-c", "echo ran"], environment: ["TMPDIR": "/proc"])
    #expect(result.status == 70)
    #expect(result.output.isEmpty)
    #expect(
      result.errors == "zleakcheck: cannot make a folder in /proc: No such file or directory\n")
  }
}
