// Blocks of code with plans of their own, one in the other, left in every way.
#include "../sweep.h"

static const char *outcome(void) {
  void *block = ztrymalloc(20);
  zfree(block);
  return block ? "block" : "NULL";
}

static int leave_by_return(void) {
  ZMALLOC_WITH_FAULTS("from:1") {
    if (!ztrymalloc(20)) return 1;
  }
  return 0;
}

int main(void) {
  ZMALLOC_WITH_FAULTS("nth:2") {
    dprintf(1, "outer 1: %s\n", outcome());
    ZMALLOC_WITH_FAULTS("nth:1") {
      dprintf(1, "inner 1: %s\n", outcome());
      dprintf(1, "inner 2: %s\n", outcome());
    }
    ZMALLOC_WITHOUT_FAULTS dprintf(1, "without: %s\n", outcome());
    dprintf(1, "outer 2: %s\n", outcome());
    dprintf(1, "outer 3: %s\n", outcome());
  }
  dprintf(1, "after: %s\n", outcome());
  ZMALLOC_WITH_FAULTS("from:1") break;
  dprintf(1, "after break: %s\n", outcome());
  CHECK(leave_by_return());
  dprintf(1, "after return: %s\n", outcome());
  char plan[ZMALLOC_SCHEDULE_PLAN_SIZE];
  ZMALLOC_WITH_FAULTS(zmalloc_schedule_plan((const unsigned char *)"\x02", 1, plan)) {
    dprintf(1, "schedule 1: %s\n", outcome());
    dprintf(1, "schedule 2: %s\n", outcome());
    dprintf(1, "schedule 3: %s\n", outcome());
  }
}
