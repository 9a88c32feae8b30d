// Blocks that a program keeps for ever: a run of a campaign is spared its scan for them where
// their pointers stand as in an earlier run, and lost is what a failure took the last pointer of.
import Foundation
import Testing

@Suite("Campaigns over programs that keep blocks")
struct CampaignKeptBlockTests {
  /// Forty sites; at every fifth the failure does to the kept blocks what the argument says.
  private static let source = """
    #include <dlfcn.h>
    #include <stdint.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    static char *kept, *spare;
    static uintptr_t hidden;
    static void *library;
    static void fail(const char *way) {
      static int count;
      if (count++) return;
      if (!strcmp(way, "cleared")) kept = 0;
      if (!strcmp(way, "hidden")) hidden = ~(uintptr_t)kept, kept = 0;
      if (!strcmp(way, "freed")) free(kept), kept = 0;
      if (!strcmp(way, "moved")) spare = kept, kept = 0;
      if (!strcmp(way, "inside")) kept += 17;
      if (!strcmp(way, "behind")) kept += 60;
      if (!strcmp(way, "replaced")) kept = malloc(60);
      if (!strcmp(way, "grown")) {
        char *larger = realloc(kept, 4000);
        if (larger) kept = larger;
      }
      if (!strcmp(way, "one more")) malloc(60);
      if (!strcmp(way, "one more, kept")) spare = malloc(60);
      if (!strcmp(way, "closed")) dlclose(library);
    }
    // A stack of its own for each depth.
    static int work(int depth, int number, const char *way) {
      if (depth > 0) return work(depth - 1, number, way) + 0 * depth;
      char *block = malloc(100 + number);
      if (!block && number % 5 == 4) fail(way);
      free(block);
      return block == 0;
    }
    int main(int count, char **values) {
      if (!strcmp(values[1], "closed")) {
        library = dlopen(values[2], RTLD_NOW);
        void (*keep)(void) = library ? dlsym(library, "keep") : 0;
        if (!keep) return 9;
        keep();
      } else if (!(kept = malloc(60))) {
        return 3;
      }
      int failed = 0;
      for (int i = 0; i < 20; i++) failed += work(i, i, values[1]);
      for (int i = 20; i < 40; i++) failed += work(i - 20, i, values[1]);
      return failed ? 3 : 0;
    }
    """

  private static let library = """
    #include <stdlib.h>
    static void *kept;
    void keep(void) { kept = malloc(60); }
    """

  /// In how many runs a block is lost: each of eight sites fails once, and each of forty from there
  /// on, when nothing more can be allocated.
  private static let lostCounts = [
    "cleared": 48, "hidden": 48, "behind": 48, "replaced": 48, "closed": 48, "one more": 8,
  ]

  @Test(
    "lost is what no pointer is left of",
    arguments: [
      "nothing", "cleared", "hidden", "freed", "moved", "inside", "behind", "replaced", "grown",
      "one more", "one more, kept", "closed",
    ])
  func lost(_ way: String) async throws {
    try await inScratchFolder { folder in
      try await compileProgram(Self.source, in: folder)
      try await compileProgram(Self.library, as: "kept.so", ["-shared", "-fPIC"], in: folder)
      var verdicts: [String: [String: String]] = [:]
      for engine in ["rerun", "server"] {
        var campaign = Campaign(program: folder.appendingPathComponent("program").path)
        campaign.arguments = [way, folder.appendingPathComponent("kept.so").path]
        campaign.engine = engine
        campaign.flags = ["--jobs", "1", "--fail-on", "none"]
        let found = try await campaign.run(in: folder, state: engine + ".z")
        #expect(found.outcome.status == 0, "\(found.outcome.errors)")
        verdicts[engine] = found.verdicts
      }
      #expect(verdicts["server"] == verdicts["rerun"])
      let lost = verdicts["server"]?.values.count { $0 == "leaked" }
      #expect(lost == Self.lostCounts[way] ?? 0, "\(verdicts)")
    }
  }
}
