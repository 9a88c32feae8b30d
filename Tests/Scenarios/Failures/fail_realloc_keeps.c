// Grows a block; when that fails, the old block is whole, still ours and freed by us.
#include "../scenario.h"

int main(void) {
  char *block = TRY_ALLOC(50);
  CHECK(block);
  memset(block, 'k', 50);
  errno = 0;
  char *grown = TRY_REALLOC(block, 5000);
  dprintf(1, "%s\n", grown ? "grown" : strerrorname_np(errno));
  for (int i = 0; i < 50; i++) CHECK((grown ? grown : block)[i] == 'k');
  FREE(grown ? grown : block);
}
