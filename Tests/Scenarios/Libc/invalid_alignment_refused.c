// posix_memalign refuses alignments that are none and leaves the pointer alone.
#include "../scenario.h"

int main(void) {
  free(hidden(malloc(64)));
  size_t bad[] = {0, 1, 2, 3, 4, 7, 12, 24, 4095};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    void *block = &block;
    CHECK(posix_memalign(&block, bad[i], 64) == EINVAL);
    CHECK(block == &block);
  }
}
