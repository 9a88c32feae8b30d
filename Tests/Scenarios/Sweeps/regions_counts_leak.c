// Counts in a block of code: what fails in it, and what of it is not freed.
#include "../sweep.h"

static void show(const char *what, struct zmalloc_counts counts) {
  dprintf(1, "%s: %d points, %d faults, %d blocks, %d bytes\n", what, (int)counts.points,
          (int)counts.faults, (int)counts.live_blocks, (int)counts.live_bytes);
}

int main(void) {
  struct zmalloc_counts outer, inner, none;
  void *before = ztrymalloc(10), *lost = NULL, *kept = NULL;
  ZMALLOC_WITH_FAULTS_COUNTED("nth:3", &outer) {
    ZMALLOC_COUNTED(&inner) {
      lost = ztrymalloc(100);
      kept = ztrymalloc(50);
      CHECK(lost && kept && !ztrymalloc(5));
      // Who grows a block of before does not lose it.
      before = ztryrealloc(before, 30);
    }
    show("inner", inner);
    zfree(kept);
  }
  show("outer", outer);
  ZMALLOC_COUNTED(&none) zfree(ztrymalloc(20));
  show("none", none);
  zfree(lost);
  zfree(before);
}
