// Frees a pointer into a page that was unmapped a moment before.
#include <sys/mman.h>

#include "../scenario.h"

int main(void) {
  FREE(hidden(ALLOC(64)));
  unsigned char *map =
      mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(map != MAP_FAILED);
  munmap(map, 65536);
  if (BAD) FREE(hidden(map + 4096));
}
