// More blocks at once than may have guard pages, and after them what a program maps for itself.
#include <sys/mman.h>

#include "../scenario.h"

int main(int count, char **values) {
  int many = (int)argument(count, values, 1, 40000);
  char **blocks = mmap(0, sizeof *blocks * (size_t)many, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(blocks != MAP_FAILED);
  for (int i = 0; i < many; i++) {
    blocks[i] = ALLOC(20);
    CHECK(blocks[i]);
    blocks[i][0] = (char)i;
  }
  for (int i = 0; i < 1000; i++) {
    // Every second one has another access: no two become one area.
    int access = i % 2 ? PROT_READ : PROT_READ | PROT_WRITE;
    CHECK(mmap(0, 4096, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  }
  for (int i = 0; i < many; i++) {
    CHECK(blocks[i][0] == (char)i);
    FREE(blocks[i]);
  }
  // One that no pool has room for.
  FREE(hidden(TRY_ALLOC((size_t)2 << 30)));
  // And now they may have them again.
  for (int i = 0; i < many; i++) FREE(hidden(ALLOC(30)));
  return 0;
}
