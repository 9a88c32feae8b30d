// Frees a block of SIZE bytes again after the end of the heap, where it stood, went back to the
// system.
#include <malloc.h>
#include <sys/mman.h>

#include "../scenario.h"

enum { count = 400 };

static void *below[count];

int main(int argumentCount, char **values) {
  for (int i = 0; i < count; i++) below[i] = ALLOC(4000);
  void *block = ALLOC(argument(argumentCount, values, 1, 2000));
  void *again = hidden(block);
  FREE(block);
  // From the end down: the quarantine keeps the lowest.
  for (int i = count - 1; i >= 0; i--) FREE(below[i]);
  malloc_trim(0);
  void *page = (void *)((uintptr_t)again & ~(uintptr_t)4095);
  CHECK(msync(page, 4096, MS_ASYNC) == -1 && errno == ENOMEM);
  if (BAD) FREE(again);
}
