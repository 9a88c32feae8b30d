// No bytes are a block of their own in every family, and realloc to no bytes frees.
#include "../scenario.h"

int main(void) {
  size_t usable = 1;
  void *blocks[] = {zmalloc(0), zcalloc(0), ztrymalloc(0), ztrycalloc(0), zrealloc(NULL, 0)};
  for (int i = 0; i < 5; i++) CHECK(blocks[i]);
  for (int i = 0; i < 5; i++) zfree(blocks[i]);
  CHECK(zrealloc(zmalloc(10), 0) == NULL);
  CHECK(zrealloc_usable(zmalloc(10), 0, &usable) == NULL && usable == 0);
  zfree(NULL);
}
