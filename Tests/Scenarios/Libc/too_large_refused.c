// Sizes that no memory can hold give NULL and ENOMEM in every function, and realloc keeps the old
// block.
#include <malloc.h>

#include "../scenario.h"

#define REFUSED(expression)                            \
  do {                                                 \
    errno = 0;                                         \
    CHECK((expression) == NULL && errno == ENOMEM);    \
  } while (0)

static size_t number(size_t value) { return (size_t)hidden((void *)value); }

int main(void) {
  char *block = memset(malloc(40), 'k', 40);
  void *untouched = block;
  size_t huge[] = {SIZE_MAX, SIZE_MAX - 15, SIZE_MAX - 4096, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX};
  for (int i = 0; i < 5; i++) {
    REFUSED(malloc(number(huge[i])));
    REFUSED(realloc(block, number(huge[i])));
    REFUSED(calloc(1, number(huge[i])));
    REFUSED(aligned_alloc(64, number(huge[i])));
    REFUSED(memalign(4096, number(huge[i])));
    REFUSED(valloc(number(huge[i])));
    CHECK(posix_memalign(&untouched, 64, number(huge[i])) == ENOMEM && untouched == block);
  }
  REFUSED(calloc(number(SIZE_MAX / 2), 3));
  REFUSED(calloc(number((size_t)1 << 32), number((size_t)1 << 32)));
  REFUSED(reallocarray(block, number(SIZE_MAX / 2), 3));
  REFUSED(reallocarray(NULL, number((size_t)1 << 32), number((size_t)1 << 33)));
  for (int i = 0; i < 40; i++) CHECK(block[i] == 'k');
  free(block);
}
