// Allocates ten times and prints which of them failed, with errno's name.
#include "../scenario.h"

int main(void) {
  void *blocks[10];
  for (int i = 0; i < 10; i++) {
    errno = 0;
    blocks[i] = TRY_ALLOC(100 + i);
    if (!blocks[i]) dprintf(1, "%d: %s\n", i + 1, strerrorname_np(errno));
  }
  for (int i = 0; i < 10; i++) FREE(blocks[i]);
}
