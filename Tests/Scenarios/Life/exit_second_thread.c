// A second thread ends the process while main's exit is reported, by the way that is named: the
// leak is reported all the same. Many blocks are kept, so that the report takes its time.
#include <pthread.h>

#include "../scenario.h"

static void *blocks[100000];
static const char *way;
static int leaves;

static void *end(void *unused) {
  while (!__atomic_load_n(&leaves, __ATOMIC_SEQ_CST)) continue;
  // Main comes from its own handler to the layer's.
  usleep(2000);
  if (strcmp(way, "_exit") == 0) _exit(3);
  if (strcmp(way, "quick_exit") == 0) quick_exit(3);
  if (strcmp(way, "exit") == 0) exit(3);
  return unused;
}

static void leave(void) { __atomic_store_n(&leaves, 1, __ATOMIC_SEQ_CST); }

static void lose_one(void) {
  void *block = ALLOC(72);
  if (!BAD) FREE(block);
}

int main(int count, char **values) {
  CHECK(count == 2);
  way = values[1];
  for (int i = 0; i < 100000; i++) blocks[i] = ALLOC(10);
  lose(lose_one);
  atexit(leave);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, end, NULL) == 0);
}
