// Leaves copies of the only pointer to a block of 72 bytes all over the dead stack below main:
// where exit's own frames will stand, what they do not write keeps them.
#include "../scenario.h"

HELPER void work(void) {
  void *volatile dead[2048];
  void *block = memset(ALLOC(72), 1, 72);
  for (size_t i = 0; i < sizeof dead / sizeof *dead; i++) dead[i] = block;
  if (!BAD) FREE(dead[0]);
}

int main(void) { work(); }
