// Says by its status that it saw the failure and gave up, and leaves its blocks where they are.
#include "../scenario.h"

int main(void) {
  void *blocks[3];
  for (int i = 0; i < 3; i++)
    if (!(blocks[i] = ALLOC(10))) return 88;
  for (int i = 0; i < 3; i++) FREE(blocks[i]);
}
