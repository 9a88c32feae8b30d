// A constructor allocates before main; the destructor after exit frees one block and loses the
// other.
#include "../scenario.h"

static void *kept, *lost;

static void allocate(void) {
  kept = ALLOC(100);
  lost = memset(ALLOC(36), 1, 36);
}

// Far below: the frames of exit stand where those of the constructor stood, and do not write to
// every slot of theirs.
__attribute__((constructor(101))) static void start(void) { lose(allocate); }

__attribute__((destructor(101))) static void end(void) {
  FREE(kept);
  if (!BAD) FREE(lost);
  kept = lost = NULL;
}

int main(void) { memset(kept, 1, 100); }
