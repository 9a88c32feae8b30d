// Runs of the engine `server` that begin on the way to their failure: the verdicts are those of
// runs from the start, and a program that has something under way there that a copy would not have
// begins before main.
import Foundation
import Testing

@Suite("Campaigns that begin on the way")
struct CampaignRungTests {
  /// Sixty sites, with a bug of some kind in three of five; what is done before and after them is
  /// the argument's.
  private static let source = """
    #include <fcntl.h>
    #include <pthread.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/file.h>
    #include <sys/mman.h>
    #include <sys/time.h>
    #include <sys/wait.h>
    #include <unistd.h>
    static int total, log_file = -1, *shared = &total;
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    static void *wait_at_gate(void *unused) {
      pthread_mutex_lock(&gate);
      return unused;
    }
    // A stack of its own for each depth.
    static int work(int depth, int number) {
      if (depth > 0) return work(depth - 1, number) + 0 * depth;
      char *block = malloc(100 + number);
      if (block) {
        ++*shared;
        if (log_file >= 0) write(log_file, "x", 1);
        free(block);
        return 0;
      }
      if (number % 5 == 1) *(volatile int *)8 = 1;
      if (number % 5 == 2) return 0;
      if (number % 5 == 3) {
        void *lost = malloc(7);
        lost = 0;
        ++*shared;
        return 0;
      }
      exit(3);
    }
    // As many frames as a stack has do not tell sixty depths apart.
    static void work_each(void) {
      for (int i = 0; i < 20; i++) work(i, i);
      for (int i = 20; i < 40; i++) work(i - 20, i);
      for (int i = 40; i < 60; i++) work(i - 40, i);
    }
    int main(int count, char **values) {
      const char *way = values[1];
      struct itimerval soon = {{0, 0}, {100, 0}}, left = {{0, 0}, {0, 0}};
      char first = 0, second = 0;
      int reader = -1, other = -1, locked = 0;
      pthread_t thread;
      pid_t child = 0;
      int status = 0;
      if (!strcmp(way, "printed")) write(1, "first\\n", 6);
      if (!strncmp(way, "file", 4)) log_file = open("log", O_RDWR | O_CREAT, 0600);
      if (!strcmp(way, "file that was written")) {
        write(log_file, "abc", 3);
        close(log_file);
        log_file = -1;
      }
      if (!strcmp(way, "input")) read(0, &first, 1);
      if (!strncmp(way, "reader", 6)) {
        reader = open(strstr(way, "kernel") ? "/proc/self/limits" : "text", O_RDONLY);
        read(reader, &first, 1);
      }
      if (!strcmp(way, "reader twice")) other = dup(reader);
      if (!strcmp(way, "reader locked")) flock(reader, LOCK_SH);
      if (!strcmp(way, "child") && !(child = fork())) _exit(7);
      if (!strcmp(way, "timer")) setitimer(ITIMER_REAL, &soon, 0);
      if (!strcmp(way, "shared memory"))
        shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      if (!strcmp(way, "thread")) {
        pthread_mutex_lock(&gate);
        if (pthread_create(&thread, 0, wait_at_gate, 0)) exit(3);
      }
      work_each();
      if (!strcmp(way, "thread")) {
        pthread_mutex_unlock(&gate);
        pthread_join(thread, 0);
      }
      if (!strcmp(way, "input")) read(0, &second, 1);
      if (other >= 0) read(other, &second, 1);
      if (reader >= 0) read(reader, &second, 1);
      if (!strcmp(way, "reader locked")) locked = flock(reader, LOCK_EX | LOCK_NB);
      if (child) waitpid(child, &status, 0);
      getitimer(ITIMER_REAL, &left);
      struct { char bytes[80]; } found = {{0}};
      int file = open("log", O_RDONLY);
      if (file >= 0) read(file, found.bytes, sizeof found.bytes - 1);
      // No stream: its buffer would be a site behind all this.
      char line[200];
      write(1, line, snprintf(line, sizeof line, "%d %d %d %d %d %d %s\\n", *shared, first, second,
                              locked, WEXITSTATUS(status), left.it_value.tv_sec > 0, found.bytes));
    }
    """

  private func campaign(_ engine: String, _ way: String, in folder: URL) async throws
    -> Campaign.Findings
  {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("work"), withIntermediateDirectories: true)
    try Data("abcdef".utf8).write(to: folder.appendingPathComponent("work/text"))
    var campaign = Campaign(program: folder.appendingPathComponent("program").path)
    campaign.arguments = [way]
    campaign.engine = engine
    campaign.flags = ["--jobs", "1", "--fail-on", "none", "--folder", "work"]
    campaign.input = "ab"
    return try await campaign.run(in: folder, state: engine + ".z")
  }

  /// What a copy that waited finds as it was.
  private static let found: Set = ["nothing", "printed", "input", "reader"]

  @Test(
    "as from the start",
    arguments: [
      "nothing", "printed", "file", "file that was written", "input", "reader", "reader twice",
      "reader locked", "reader of the kernel's", "child", "timer", "shared memory", "thread",
    ])
  func same(_ way: String) async throws {
    try await inScratchFolder { folder in
      try await compileProgram(Self.source, ["-pthread"], in: folder)
      let rerun = try await campaign("rerun", way, in: folder)
      let served = try await campaign("server", way, in: folder)
      #expect(served.outcome.status == 0, "\(served.outcome.errors)")
      #expect(rerun.verdicts.count >= 120)
      #expect(rerun.kinds.isSuperset(of: ["crashed", "swallowed", "reported"]))
      #expect(served.verdicts == rerun.verdicts)
      // Also where it cannot wait on the way it is tried by copies.
      #expect(served.engines.values.contains("server"))
      let began = served.remarks.filter { $0.contains("began on the way") }
      #expect(began.isEmpty != Self.found.contains(way), "\(served.remarks)")
    }
  }
}
