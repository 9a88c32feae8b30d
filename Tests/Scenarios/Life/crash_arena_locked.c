// Damages libc's own note of a block, so that libc aborts in the middle of free, with the lock of
// its arena held.
#include <pthread.h>

#include "../scenario.h"

enum { size = 2000, prefix = 16 };

static void *idle(void *unused) { return unused; }

int main(void) {
  // As long as there was one thread alone libc takes no lock.
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, idle, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  char *block = hidden(ALLOC(size));
  // Behind it, so that it is not the last of the heap.
  char *next = ALLOC(size);
  // libc's block begins with its own size, two words before the bytes that it gave out.
  char *chunk = block - prefix - 2 * sizeof(size_t);
  size_t length = ((size_t *)chunk)[1] & ~(size_t)7;
  CHECK(length > size && length < 2 * size);
  size_t *noted = &((size_t *)(chunk + length))[1];
  CHECK(*noted & 1);
  FREE(hidden(block));
  if (BAD) *noted &= ~(size_t)1;
  churn(512 * 1024);
  FREE(next);
}
