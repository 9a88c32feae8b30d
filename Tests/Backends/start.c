// Starts a program many times; prints the least microseconds from its start to its end.
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
extern char **environ;
int main(int count, char **arguments) {
  long least = 1L << 40;
  for (int i = 0; i < 200 && count > 1; i++) {
    struct timespec a, b;
    pid_t child;
    clock_gettime(CLOCK_MONOTONIC, &a);
    if (posix_spawn(&child, arguments[1], 0, 0, arguments + 1, environ)) return 1;
    waitpid(child, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &b);
    long time = (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
    if (time < least) least = time;
  }
  printf("%ld\n", least);
}
