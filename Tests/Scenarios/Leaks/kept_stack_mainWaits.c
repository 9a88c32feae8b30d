// A variable of main holds a block while main waits for a thread that calls exit.
#include <pthread.h>

#include "../scenario.h"

static void *work(void *unused) {
  usleep(20000);
  exit(0);
  return unused;
}

int main(void) {
  void *volatile held = ALLOC(64);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_join(thread, NULL);
  return held == NULL;
}
