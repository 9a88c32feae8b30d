// A failed ztrymalloc_usable gives NULL and a usable size of 0.
#include "../scenario.h"

int main(void) {
  for (int i = 1; i <= 3; i++) {
    size_t usable = 77;
    void *block = ztrymalloc_usable(9, &usable);
    dprintf(1, "%s %s\n", block ? "block" : "NULL", usable >= 9 ? "usable" : usable ? "?" : "0");
    if (block) memset(block, 1, usable);
    zfree(block);
  }
}
