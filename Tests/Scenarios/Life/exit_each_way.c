// Loses a block of 60 bytes, then ends as WAY says: exit, _exit, _Exit, quick_exit, thread or
// pthread_exit.
#include <pthread.h>

#include "../scenario.h"

static void work(void) {
  void *block = memset(ALLOC(60), 1, 60);
  if (!BAD) FREE(block);
}

static void *leave(void *unused) {
  exit(0);
  return unused;
}

int main(int count, char **values) {
  const char *way = count > 1 ? values[1] : "exit";
  lose(work);
  if (!strcmp(way, "exit")) exit(0);
  if (!strcmp(way, "_exit")) _exit(0);
  if (!strcmp(way, "_Exit")) _Exit(0);
  if (!strcmp(way, "quick_exit")) quick_exit(0);
  if (!strcmp(way, "pthread_exit")) pthread_exit(NULL);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, leave, NULL) == 0);
  pthread_join(thread, NULL);
}
