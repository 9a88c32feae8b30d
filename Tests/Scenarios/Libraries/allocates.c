// A library that allocates, and loses what it allocated when it is told to.
#include <stdlib.h>
#include <string.h>

void library_allocates(int lose) {
  void *block = malloc(88);
  memset(block, 1, 88);
  if (!lose) free(block);
}
