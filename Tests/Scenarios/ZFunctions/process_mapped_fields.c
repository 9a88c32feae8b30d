// Sums over a process's mappings: of this process by -1 and by its number, of a child that writes
// what it shares, of a process that is not there; of fields that are none.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../scenario.h"

enum { mib = 1 << 20, slack = 2 * mib };

static size_t of(const char *name, long process) {
  return zmalloc_get_smap_bytes_by_field(name, process);
}

static void check_near(size_t a, size_t b) { CHECK((a > b ? a - b : b - a) < slack); }

static void check_child(void) {
  int ready[2], go[2];
  char byte = 0;
  CHECK(pipe(ready) == 0 && pipe(go) == 0);
  char *shared = mmap(NULL, 20 * mib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(shared, 1, 20 * mib);
  pid_t child = fork();
  if (child == 0) {
    CHECK(write(ready[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1);
    memset(shared, 2, 20 * mib);
    CHECK(write(ready[1], &byte, 1) == 1);
    for (;;) pause();
  }
  CHECK(read(ready[0], &byte, 1) == 1);
  size_t before = zmalloc_get_private_dirty(child);
  CHECK(write(go[1], &byte, 1) == 1 && read(ready[0], &byte, 1) == 1);
  check_near(zmalloc_get_private_dirty(child), before + 20 * mib);
  kill(child, SIGKILL);
  // What has ended is there until somebody waits for it, but has no memory.
  siginfo_t end;
  CHECK(waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT) == 0);
  CHECK(zmalloc_get_private_dirty(child) == 0);
  CHECK(waitpid(child, NULL, 0) == child);
  errno = 0;
  CHECK(zmalloc_get_private_dirty(child) == 0 && errno == ENOENT);
}

int main(void) {
  CHECK(of("Rss:", -1) > 100 * 1024);
  check_near(of("Rss:", -1), of("Rss:", getpid()));
  check_near(zmalloc_get_private_dirty(-1), of("Private_Dirty:", -1));
  CHECK(of("Size:", -1) >= of("Rss:", -1));
  CHECK(of("Rss:", -1) % (size_t)sysconf(_SC_PAGESIZE) == 0);

  const char *none[] = {"Private_Dirty", "Private_", "R", "rss:", "Nothing:", "Rss: ", "", " ",
                        "5", "7", "VmFlags:"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    // A blank more than the name, and it still counts.
    CHECK((of(none[i], -1) == 0) == (strcmp(none[i], "Rss: ") != 0));
  }
  CHECK(of(NULL, -1) == 0);
  long absent[] = {0, -2, INT64_MIN, INT64_MAX, 1L << 40};
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
    errno = 0;
    CHECK(of("Rss:", absent[i]) == 0 && errno == ENOENT);
  }
  check_child();
}
