// Loses a circle of two blocks, one of which holds a tail of three more.
#include "../scenario.h"

static void work(void) {
  void **blocks[5];
  for (int i = 0; i < 5; i++) blocks[i] = memset(ALLOC(32), 0, 32);
  blocks[0][0] = blocks[1];
  blocks[1][0] = blocks[0];
  blocks[1][1] = blocks[2];
  blocks[2][0] = blocks[3];
  blocks[3][0] = blocks[4];
  if (!BAD) for (int i = 0; i < 5; i++) FREE(blocks[i]);
}

int main(void) { lose(work); }
