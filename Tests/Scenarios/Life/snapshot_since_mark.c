// Holds ten blocks of 100 bytes, and after the file `go` has appeared five of 300 and a lost one of
// 60. Its id goes to the file `pid`; it ends when the file `end` is there.
#include "../scenario.h"

static void *before[10], *since[5];

static void await(const char *path) {
  while (access(path, F_OK) != 0) usleep(10000);
}

static void announce(const char *path) {
  char name[64];
  snprintf(name, sizeof name, "%s.new", path);
  FILE *file = fopen(name, "w");
  CHECK(file);
  fprintf(file, "%d\n", (int)getpid());
  fclose(file);
  CHECK(rename(name, path) == 0);
}

static void lose_one(void) { memset(ALLOC(60), 1, 60); }

int main(void) {
  for (size_t i = 0; i < 10; i++) before[i] = memset(ALLOC(100), 1, 100);
  announce("pid");
  await("go");
  for (size_t i = 0; i < 5; i++) since[i] = memset(ALLOC(300), 1, 300);
  lose(lose_one);
  announce("gone");
  await("end");
  for (size_t i = 0; i < 10; i++) FREE(before[i]);
  for (size_t i = 0; i < 5; i++) FREE(since[i]);
}
