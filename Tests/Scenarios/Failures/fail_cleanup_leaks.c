// Three allocations make one thing; when the third fails, the way back forgets the second.
#include "../scenario.h"

__attribute__((noinline)) static void make(void) {
  void *first = TRY_ALLOC(48), *second = TRY_ALLOC(56), *third = TRY_ALLOC(64);
  if (first) memset(first, 1, 48);
  if (second) memset(second, 1, 56);
  if (!third) {
    FREE(first);
    if (!BAD) FREE(second);
    return;
  }
  FREE(first);
  FREE(second);
  FREE(third);
}

int main(void) { lose(make); }
