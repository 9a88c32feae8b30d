// Writes COUNT bytes at OFFSET of a freed block of SIZE bytes; seen when the program ends.
#include "../scenario.h"

int main(int count, char **values) {
  unsigned char *block = ALLOC(argument(count, values, 1, 64));
  unsigned char *freed = hidden(block);
  FREE(block);
  if (BAD) flip(freed + argument(count, values, 2, 8), argument(count, values, 3, 4));
}
