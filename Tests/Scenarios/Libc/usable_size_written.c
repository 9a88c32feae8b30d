// Every byte that malloc_usable_size promises may be written.
#include <malloc.h>

#include "../scenario.h"

int main(void) {
  for (size_t size = 0; size < 5000; size++) {
    void *block = malloc(size);
    size_t usable = malloc_usable_size(block);
    CHECK(block && usable >= size);
    memset(hidden(block), 0xab, usable);
    free(block);
  }
  CHECK(malloc_usable_size(NULL) == 0);
}
