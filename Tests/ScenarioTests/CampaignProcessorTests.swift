// Where the jobs of a campaign want all processors its lanes keep to one each; a program sees those
// that it may use by itself, also where it has chosen some on the way.
import Foundation
import Testing

@Suite("Processors of campaigns")
struct CampaignProcessorTests {
  /// Says how many processors it may use, behind forty sites whose failures it bears.
  private static let source = """
    #define _GNU_SOURCE
    #include <sched.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    static void work(int depth, int number) {
      if (depth > 0) return work(depth - 1, number);
      free(malloc(100 + number));
    }
    int main(int count, char **values) {
      cpu_set_t set;
      sched_getaffinity(0, sizeof set, &set);
      if (!strcmp(values[1], "chosen"))
        for (int i = 0, found = 0; i < CPU_SETSIZE; i++)
          if (CPU_ISSET(i, &set) && found++) CPU_CLR(i, &set);
      if (!strcmp(values[1], "chosen")) sched_setaffinity(0, sizeof set, &set);
      for (int i = 0; i < 20; i++) work(i, i);
      for (int i = 20; i < 40; i++) work(i - 20, i);
      sched_getaffinity(0, sizeof set, &set);
      char line[40];
      write(1, line, snprintf(line, sizeof line, "%d processors\\n", CPU_COUNT(&set)));
    }
    """

  /// The numbers of the first two that this process may use (proc(5), `Cpus_allowed_list`).
  private var firstTwo: String? {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let ranges = line?.split(whereSeparator: { ":\t ,".contains($0) }).dropFirst() ?? []
    let numbers = ranges.flatMap { range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      return ends.isEmpty ? [] : Array(ends[0]...(ends.last ?? ends[0]))
    }
    return numbers.count < 2 ? nil : "\(numbers[0]),\(numbers[1])"
  }

  @Test("what the program sees", arguments: ["given", "chosen"], ["server", "rerun"])
  func seen(_ way: String, _ engine: String) async throws {
    // One processor is never divided.
    guard let firstTwo else { return }
    try await inScratchFolder { folder in
      try await compileProgram(Self.source, in: folder)
      var campaign = Campaign(program: folder.appendingPathComponent("program").path)
      campaign.arguments = [way]
      campaign.engine = engine
      campaign.flags = ["--jobs", "2", "--fail-on", "none"]
      var command = try campaign.command()
      command.arguments = ["-c", firstTwo, command.program] + command.arguments
      command.program = "taskset"
      let found = try Campaign.read(
        try await command.run(in: folder), folder, "state.zcampaign")
      #expect(found.outcome.status == 0, "\(found.outcome.errors)")
      #expect(found.verdicts.count >= 80)
      #expect(found.kinds == ["tolerated"], "\(found.verdicts)")
      if engine == "server" {
        #expect(found.remarks.contains { $0.contains("began on the way") }, "\(found.remarks)")
      }
    }
  }
}
