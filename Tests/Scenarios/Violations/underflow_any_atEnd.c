// Writes before the start of a block of SIZE bytes that a global holds until the program ends.
#include "../scenario.h"

static unsigned char *kept;

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  kept = ALLOC(size);
  if (BAD) flip(kept - 3, 3);
}
