// Half of 64 allocations fail, chosen by the seed of the environment.
#include "../sweep.h"

int main(void) {
  char line[65];
  ZMALLOC_WITH_FAULTS("rate:50%") {
    for (int i = 0; i < 64; i++) {
      void *block = ztrymalloc(20);
      line[i] = block ? '.' : 'x';
      zfree(block);
    }
  }
  line[64] = 0;
  dprintf(1, "%s", line);
}
