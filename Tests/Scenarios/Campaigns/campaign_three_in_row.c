// Tries three times, and does not look after the third.
#include "../scenario.h"

int main(void) {
  char *block = ALLOC(10);
  if (!block) block = ALLOC(10);
  if (!block) block = ALLOC(10);
  if (!block && !BAD) return 3;
  *(volatile char *)block = 1;
  FREE(block);
}
