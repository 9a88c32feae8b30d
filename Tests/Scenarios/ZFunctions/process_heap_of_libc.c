// libc's own blocks go back to libc, and its free pages to the system; neither touches the account.
#include "../scenario.h"

enum { blocks = 20000, block_size = 1000 };

int main(void) {
  static char *kept[blocks];
  size_t used = zmalloc_used_memory();
  zlibc_free(NULL);
  char *path = realpath("/proc/self/exe", NULL);
  CHECK(path && path[0] == '/');
  zlibc_free(path);
  for (int i = 0; i < blocks; i++) kept[i] = memset(malloc(block_size), 1, block_size);
  // The last one stays, so that free alone gives nothing back.
  for (int i = 0; i < blocks - 1; i++) zlibc_free(kept[i]);
  size_t before = zmalloc_get_rss();
  zlibc_trim();
  CHECK(zmalloc_get_rss() + blocks * block_size / 2 < before);
  zlibc_free(kept[blocks - 1]);
  CHECK(zmalloc_used_memory() == used);
}
