// A thread that has blocked every signal frees a block of 1 MiB twice.
#include <pthread.h>
#include <signal.h>

#include "../scenario.h"

static void *work(void *unused) {
  sigset_t all;
  sigfillset(&all);
  CHECK(pthread_sigmask(SIG_BLOCK, &all, NULL) == 0);
  void *block = ALLOC(1 << 20);
  void *again = hidden(block);
  FREE(block);
  if (BAD) FREE(again);
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}
