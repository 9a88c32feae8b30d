// What is pinned in the runs of a campaign, by programs that would be another one each time.
import Foundation
import Testing

@Suite("Equal runs of campaigns")
struct CampaignPinTests {
  private func run(_ body: String, in folder: URL) async throws -> Campaign.Findings {
    let source = """
      #include <stdint.h>
      #include <stdlib.h>
      #include <string.h>
      #include <time.h>
      struct thing { char name[40]; void (*explain)(void); };
      static void often(uint64_t count) { do free(malloc(20)); while (count-- > 0); }
      int main(void) {
      \(body)
      }
      """
    try await compileProgram(source, in: folder)
    return try await Campaign(
      program: "./program", engine: "rerun", flags: ["--fixed-time", "--fail-on", "none"]
    ).run(in: folder)
  }

  @Test(
    "clocks and addresses are the same in each run",
    arguments: [
      "struct timespec now; clock_gettime(CLOCK_REALTIME, &now); often(now.tv_nsec % 97);",
      "int here; often((uintptr_t)&here / 4096 % 97);",
      "void *block = malloc(200000); often((uintptr_t)block / 4096 % 97); free(block);",
    ])
  func pinned(_ body: String) async throws {
    try await inScratchFolder { folder in
      let found = try await run(body, in: folder)
      #expect(found.outcome.status == 0, "\(found.outcome.errors)")
      #expect(!found.remarks.contains { $0.contains("allocations in one run") }, "\(found.remarks)")
      #expect(Set(found.verdicts.values).isSubset(of: ["tolerated"]), "\(found.verdicts)")
    }
  }

  @Test("fresh memory is no zeros: what was forgotten to be set shows")
  func junk() async throws {
    try await inScratchFolder { folder in
      let found = try await run(
        """
        struct thing *thing = malloc(sizeof *thing);
        if (!thing) return 3;
        void *more = malloc(8);
        if (!more && thing->explain) thing->explain();
        free(more);
        free(thing);
        return more ? 0 : 3;
        """, in: folder)
      #expect(found.kinds == ["reported", "crashed"], "\(found.verdicts)")
    }
  }
}
