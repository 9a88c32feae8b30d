// Asks again and again where memory does not come back.
#include "../scenario.h"

int main(void) {
  void *block = NULL;
  for (int tries = 0; !block; tries++) {
    block = ALLOC(64);
    if (!BAD && tries == 3) return 3;
  }
  FREE(block);
}
