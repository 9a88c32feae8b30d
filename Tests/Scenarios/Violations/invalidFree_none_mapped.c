// Frees a pointer OFFSET bytes into a mapping of its own.
#include <sys/mman.h>

#include "../scenario.h"

int main(int count, char **values) {
  FREE(hidden(ALLOC(64)));
  size_t offset = argument(count, values, 1, 64);
  unsigned char *map =
      mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(map != MAP_FAILED);
  if (BAD) FREE(hidden(map + offset));
  munmap(map, 65536);
}
