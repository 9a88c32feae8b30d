// A global still holds a block of 48 bytes at the end, which `leaks=unfreed` does not forgive.
#include "../scenario.h"

static void *kept;

int main(void) {
  kept = zmalloc(48);
  if (!BAD) zfree(kept);
}
