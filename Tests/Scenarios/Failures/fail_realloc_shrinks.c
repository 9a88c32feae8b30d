// Shrinks a block of 200,000 bytes; when that fails, the old block is whole and still ours.
#include "../scenario.h"

int main(void) {
  char *block = TRY_ALLOC(200000);
  CHECK(block);
  memset(block, 'k', 200000);
  char *shrunk = TRY_REALLOC(block, 100000);
  dprintf(1, "%s\n", shrunk ? "shrunk" : strerrorname_np(errno));
  for (int i = 0; i < 100000; i++) CHECK((shrunk ? shrunk : block)[i] == 'k');
  FREE(shrunk ? shrunk : block);
}
