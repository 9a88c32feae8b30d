// Writes 200 bytes past the end of a small block, over its neighbours' prefixes too, then frees it.
#include "../scenario.h"

static unsigned char *blocks[16];

int main(void) {
  for (size_t i = 0; i < 16; i++) blocks[i] = ALLOC(24);
  if (BAD) memset(hidden(blocks[3] + 24), 'x', 200);
  FREE(blocks[3]);
}
