// Runs a program and writes what it spent: microseconds of CPU, KiB resident at most, exit status.
//
// Usage: spent FILE PROGRAM ARGUMENT...
//
// Stands between zleakcheck and the measured program, so that only the program is counted.
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
  pid_t child;
  int status;
  struct rusage usage;
  char line[96];
  if (argc < 3 || posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ) != 0) return 64;
  if (wait4(child, &status, 0, &usage) != child) return 70;
  long long microseconds = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL +
                           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  FILE *file = fopen(argv[1], "w");
  if (!file) return 70;
  snprintf(line, sizeof line, "%lld %ld %d\n", microseconds, usage.ru_maxrss, code);
  fputs(line, file);
  return fclose(file) ? 70 : code;
}
