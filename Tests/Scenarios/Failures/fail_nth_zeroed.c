// Allocates four zeroed blocks and prints which of them failed.
#include "../scenario.h"

int main(void) {
  for (int i = 0; i < 4; i++) {
    errno = 0;
    char *block = TRY_ZERO_ALLOC(1000);
    if (!block) dprintf(1, "%d: %s\n", i + 1, strerrorname_np(errno));
    for (int at = 0; block && at < 1000; at++) CHECK(block[at] == 0);
    FREE(block);
  }
}
