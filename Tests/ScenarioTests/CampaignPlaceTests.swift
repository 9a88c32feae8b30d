// Campaigns in places and states that a person has: a program that was built anew, a working folder
// with the temporary one in it, a shell that ignores the ends of its children, output without end.
import Foundation
import Testing

@Suite("Campaigns where people work")
struct CampaignPlaceTests {
  private func fuzz(
    _ flags: [String] = [], _ program: [String] = ["./program"], in folder: URL,
    environment: [String: String] = [:]
  ) async throws -> Outcome {
    var command = Command(program: try Products.zleakcheck())
    command.arguments = ["fuzz", "--state", "s.z", "--time-limit", "30"] + flags + ["--"] + program
    command.environment = environment
    return try await command.run(in: folder)
  }

  private func compile(_ source: String, in folder: URL) async throws {
    try await compileProgram("#include <stdlib.h>\n\(source)\n", in: folder)
  }

  private static let unchecked = "int main(void) { *(char *)malloc(8) = 1; }"
  private static let checked = "int main(void) { return malloc(8) ? 0 : 3; }"

  @Test("what an earlier build did says nothing of this one")
  func rebuilt() async throws {
    try await inScratchFolder { folder in
      try await compile(Self.unchecked, in: folder)
      #expect(try await fuzz(in: folder).status == 25)
      // The same build goes on from its file.
      let again = try await fuzz(in: folder)
      #expect(again.status == 25)
      #expect(!again.output.contains("built anew"))
      try await compile(Self.checked, in: folder)
      let outcome = try await fuzz(in: folder)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains("program was built anew: 2 earlier failures of s.z are"))
    }
  }

  @Test("a campaign with a budget goes on with occurrences that it has not tried")
  func budget() async throws {
    try await inScratchFolder { folder in
      try await compile(
        "int main(void) { for (int i = 0; i < 20000; i++) free(malloc(8)); }", in: folder)
      var counts: [Int] = []
      for _ in 0..<2 {
        #expect(try await fuzz(["--budget", "2s"], in: folder).status == 0)
        let text = try String(
          contentsOf: folder.appendingPathComponent("s.z"), encoding: .utf8)
        counts.append(text.components(separatedBy: "\n{\"trial\"").count)
      }
      #expect(counts[1] > counts[0], "\(counts)")
    }
  }

  @Test("the temporary folder may be in the working folder")
  func temporaryInside() async throws {
    try await inScratchFolder { folder in
      try await compile(
        """
        #include <dirent.h>
        #include <string.h>
        int main(void) {
          DIR *here = opendir("tmp");
          for (struct dirent *e; here && (e = readdir(here));)
            if (strncmp(e->d_name, "zleakcheck.", 11) == 0) abort();
          if (here) closedir(here);
        }
        """, in: folder)
      let temporary = folder.appendingPathComponent("tmp")
      try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
      let outcome = try await fuzz(
        ["--jobs", "2"], in: folder, environment: ["TMPDIR": temporary.path])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty)
    }
  }

  @Test("who starts it may ignore the ends of children")
  func childrenIgnored() async throws {
    try await inScratchFolder { folder in
      try await compile(Self.checked, in: folder)
      // Not sh: dash does not hand an ignored SIGCHLD on.
      var command = Command(program: "bash")
      command.arguments = [
        "-c", "trap '' CHLD; exec \"$@\"", "bash", try Products.zleakcheck(), "fuzz", "--state",
        "s.z", "--time-limit", "30", "--", "./program",
      ]
      let outcome = try await command.run(in: folder)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
  }

  @Test("output without end does not fill the memory")
  func endless() async throws {
    try await inScratchFolder { folder in
      let outcome = try await fuzz([], ["yes"], in: folder)
      #expect(outcome.status == 70)
      #expect(
        outcome.errors
          == "zleakcheck: the program prints or writes more than 256 MiB into one file\n")
    }
  }
}
