// Loses a block of 60 bytes and then goes where the recording is hard to write: WAY is chdir,
// closed, chroot, both (chroot and closed), limit (no file may grow) or ids (another user).
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../scenario.h"

static void work(void) {
  void *block = memset(ALLOC(60), 1, 60);
  if (!BAD) FREE(block);
}

int main(int count, char **values) {
  const char *way = count > 1 ? values[1] : "chdir";
  int out = dup2(1, 700);
  lose(work);
  if (!strcmp(way, "chdir")) CHECK(chdir("/proc") == 0);
  if (!strcmp(way, "chroot") || !strcmp(way, "both")) {
    CHECK(mkdir("empty", 0755) == 0 && chroot("empty") == 0 && chdir("/") == 0);
  }
  if (!strcmp(way, "limit")) CHECK(!setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}));
  if (!strcmp(way, "ids")) CHECK(setgid(65534) == 0 && setuid(65534) == 0);
  if (!strcmp(way, "closed") || !strcmp(way, "both")) {
    CHECK(close_range(3, 699, 0) == 0 && close_range(701, ~0u, 0) == 0);
  }
  CHECK(write(out, "done\n", 5) == 5);
  return 5;
}
