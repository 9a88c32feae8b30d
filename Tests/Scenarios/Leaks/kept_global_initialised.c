// An initialised global, a static of a function and a const table's target each hold a block.
#include "../scenario.h"

void *initialised = &initialised;
static void *target = &target;
static void **const table[] = {&target};

static void work(void) {
  static void *local = &local;
  initialised = ALLOC(10);
  local = ALLOC(20);
  *table[0] = ALLOC(30);
}

int main(void) { lose(work); }
