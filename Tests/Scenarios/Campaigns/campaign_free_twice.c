// Frees a block on the error path that the caller frees too.
#include "../scenario.h"

static void *both(void *first) {
  void *second = ALLOC(50);
  if (!second && BAD) FREE(first);
  return second;
}

int main(void) {
  void *first = ALLOC(40);
  if (!first) return 3;
  void *second = both(first);
  int status = second ? 0 : 3;
  FREE(second);
  FREE(first);
  return status;
}
