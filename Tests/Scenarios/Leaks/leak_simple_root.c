// Loses COUNT blocks of SIZE bytes, each for itself.
#include "../scenario.h"

static size_t size, blockCount;

static void work(void) {
  for (size_t i = 0; i < blockCount; i++) {
    void *block = ALLOC(size);
    memset(block, 1, size);
    if (!BAD) FREE(block);
  }
}

int main(int count, char **values) {
  size = argument(count, values, 1, 40);
  blockCount = argument(count, values, 2, 1);
  lose(work);
}
