// Holds so many megabytes in blocks of 1,000 bytes, says how long a plain fork of it takes, and waits for its end:
// for tools/benchmarks/snapshot.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

// What libc's fork asks of the kernel, without the handlers that it runs. What both copies write to is copied page by
// page; the next fork shares it again.
static long long fork_time(void) {
  long long began = now();
  long child = syscall(SYS_clone, 17 /* SIGCHLD */, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  long long time = now() - began;
  waitpid((pid_t)child, 0, 0);
  return time;
}

static char **blocks;

int main(int count, char **arguments) {
  if (count < 2) return 64;
  size_t total = strtoull(arguments[1], 0, 0) * 1000;
  blocks = calloc(total, sizeof *blocks);
  for (size_t i = 0; i < total; i++) blocks[i] = memset(malloc(1000), 1, 1000);
  char line[64];
  for (;;) {
    // A line for each that is read: the time of a fork now.
    if (read(0, line, 1) <= 0) return 0;
    dprintf(1, "%lld\n", fork_time());
  }
}
