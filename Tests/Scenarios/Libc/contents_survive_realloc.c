// A block grown and shrunk through every size class keeps its contents, and growth to 48 MiB in
// steps of 4 KiB takes no quadratic time: to copy it at each step would be 288 GiB.
#include <time.h>

#include "../scenario.h"

int main(void) {
  unsigned char *block = malloc(1);
  size_t size = 1;
  block[0] = 7;
  for (int step = 0; step < 4000; step++) {
    size_t next = (size_t)(step % 7 == 6 ? size / 3 + 1 : size + size / 2 + 1) % 300000 + 1;
    block = realloc(block, next);
    CHECK(block && block[0] == 7);
    if (next > size) memset(block + size, 7, next - size);
    for (size_t i = 0; i < next; i += 97) CHECK(block[i] == 7);
    size = next;
  }
  for (size = 4096; size <= 48u << 20; size += 4096) {
    block = realloc(block, size);
    CHECK(block && block[0] == 7);
    block[size - 1] = 1;
  }
  free(block);
  CHECK(clock() / CLOCKS_PER_SEC < 15);
}
