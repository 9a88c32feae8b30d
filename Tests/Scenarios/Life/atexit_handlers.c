// Handlers at exit free what main allocated; the first that was registered loses a block of 44
// bytes.
#include "../scenario.h"

static void *kept;

static void last(void) {
  FREE(kept);
  kept = memset(ALLOC(44), 1, 44);
  if (!BAD) FREE(kept);
  kept = NULL;
}

static void first(void) {
  memset(kept, 1, 100);
  kept = REALLOC(kept, 1000);
}

int main(void) {
  kept = ALLOC(100);
  CHECK(atexit(last) == 0);
  CHECK(atexit(first) == 0);
}
