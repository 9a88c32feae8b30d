// Sizes beyond half of the address space fail at once, and a failed realloc keeps the old block.
#include "../scenario.h"

int main(void) {
  size_t usable = 1;
  CHECK(ztrymalloc(hidden((void *)SIZE_MAX) ? SIZE_MAX : 0) == NULL);
  CHECK(ztrymalloc((size_t)hidden((void *)(SIZE_MAX / 2))) == NULL);
  CHECK(ztrycalloc((size_t)hidden((void *)(SIZE_MAX - 15))) == NULL);
  CHECK(ztrymalloc_usable((size_t)hidden((void *)(SIZE_MAX - 1)), &usable) == NULL && usable == 0);
  char *block = memset(zmalloc(40), 'k', 40);
  CHECK(ztryrealloc(block, (size_t)hidden((void *)(SIZE_MAX - 30))) == NULL);
  for (int i = 0; i < 40; i++) CHECK(block[i] == 'k');
  zfree(block);
}
