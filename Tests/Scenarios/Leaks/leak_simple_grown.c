// Loses a block that realloc grew from 16 bytes to 3,000.
#include "../scenario.h"

static void work(void) {
  char *block = ALLOC(16);
  for (size_t size = 32; size <= 3000; size += 8) block = REALLOC(block, size);
  block = REALLOC(block, 3000);
  memset(block, 1, 3000);
  if (!BAD) FREE(block);
}

int main(void) { lose(work); }
