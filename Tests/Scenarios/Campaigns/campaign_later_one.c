// One place, many blocks: only a later one is not looked at.
#include "../scenario.h"

int main(void) {
  for (int i = 0; i < 20; i++) {
    char *block = ALLOC(10);
    if (!block && (i < 5 || !BAD)) return 3;
    *(volatile char *)block = 1;
    FREE(block);
  }
}
