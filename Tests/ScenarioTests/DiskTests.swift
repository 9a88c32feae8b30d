// Recordings on the disk: who may read them, and what happens when it is full.
import Foundation
import Testing

@Suite("Recordings on the disk")
struct DiskTests {
  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("a recording is for its owner's eyes alone", arguments: Entrance.allCases)
  func modes(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("record_on_request", ["now.zleak"])
        .run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      let names = try recordings(in: folder)
      #expect(names.count == 2)
      for name in names { #expect(try mode("\(folder.path)/\(name)") == 0o600, "\(name)") }
    }
  }

  /// Whether this process may mount a small disk that nobody else sees.
  static let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  // In the script `$1` is a program that loses a block, `$2` the preload library, `$3` the command.
  /// Runs a script of bash with a full disk of one page at `full`, then lists what is on it.
  private func onFullDisk(_ script: String, in folder: URL) async throws -> Outcome {
    let whole = """
      mkdir full && mount -t tmpfs -o size=4k none full && head -c 4096 /dev/zero >full/page
      \(script)
      echo "status $?"
      ls -A full
      """
    let words = [
      "--mount", "bash", "-c", whole, "bash", try Products.scenario("malloc/leak_simple_root"),
      try Products.library("libzmalloc-preload.so"), try Products.zleakcheck(),
    ]
    return try await Command(program: "/usr/bin/unshare", arguments: words).run(in: folder)
  }

  @Test(
    "a full disk: the layer says so in one line, and leaves no draft",
    .enabled(if: canMount, "the full disk was not tried: only root may mount one"))
  func layer() async throws {
    try await inScratchFolder { folder in
      let outcome = try await onFullDisk(
        #"ZMALLOC_DEBUG="on,record=$PWD/full/%p.zleak" LD_PRELOAD=$2 "$1""#, in: folder)
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 2, "\(outcome.errors)")
      let start = "zmalloc: recording not written to \(folder.path)/full/"
      #expect(lines.first?.hasPrefix(start) == true, "\(outcome.errors)")
      #expect(lines.first?.hasSuffix(": No space left on device") == true, "\(outcome.errors)")
      #expect(lines.last?.hasSuffix(" leaked") == true)
      #expect(outcome.output == "status 23\npage\n")
    }
  }

  @Test(
    "a full disk: run keeps the recording in its folder and names it there",
    .enabled(if: canMount, "the full disk was not tried: only root may mount one"))
  func kept() async throws {
    try await inScratchFolder { folder in
      let outcome = try await onFullDisk(
        #"mkdir tmp && TMPDIR=$PWD/tmp "$3" run --recordings full "$1""#, in: folder)
      #expect(outcome.output == "status 23\npage\n")
      #expect(
        outcome.errors.contains(
          "zleak: No space left on device; the recording stays at \(folder.path)/tmp/zleakcheck."))
      let remains = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/tmp")
      #expect(remains.filter { $0.hasSuffix(".zleak") }.count == 1)
    }
  }

  @Test(
    "a full disk below TMPDIR: run ends with 70, never with nothing found",
    .enabled(if: canMount, "the full disk was not tried: only root may mount one"))
  func temporary() async throws {
    try await inScratchFolder { folder in
      let outcome = try await onFullDisk(#"TMPDIR=$PWD/full "$3" run "$1""#, in: folder)
      #expect(outcome.output == "status 70\npage\n")
      #expect(outcome.errors.contains("recording not written to"), "\(outcome.errors)")
      #expect(outcome.errors.contains("leak_simple_root could not be watched"))
      #expect(!outcome.errors.contains("no leaks"))
    }
  }
}
