// Frees a block of SIZE bytes again that a second thread allocated, in an arena of its own, and
// freed, with all that it had.
#include <pthread.h>

#include "../scenario.h"

enum { count = 400 };

static size_t size;
static void *again, *below[count];

static void *work(void *unused) {
  for (int i = 0; i < count; i++) below[i] = ALLOC(4000);
  void *block = ALLOC(size);
  again = hidden(block);
  FREE(block);
  for (int i = count - 1; i >= 0; i--) FREE(below[i]);
  return unused;
}

int main(int argumentCount, char **values) {
  size = argument(argumentCount, values, 1, 64);
  // The first arena is the main thread's.
  FREE(hidden(ALLOC(10)));
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK((char *)again > (char *)sbrk(0));
  if (BAD) FREE(again);
}
