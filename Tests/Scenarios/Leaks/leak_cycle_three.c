// Loses three blocks of 24 bytes that point at each other in a circle.
#include "../scenario.h"

static void work(void) {
  void **first = ALLOC(24), **second = ALLOC(24), **third = ALLOC(24);
  first[0] = second;
  second[0] = third;
  third[0] = first;
  if (BAD) return;
  FREE(first);
  FREE(second);
  FREE(third);
}

int main(void) { lose(work); }
