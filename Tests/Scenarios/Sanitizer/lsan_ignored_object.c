// A block that is ignored, and one that it alone holds.
#include "../sanitizer.h"

static void work(void) {
  void **block = pair(96, 32);
  if (!BAD) __lsan_ignore_object(block);
}

int main(void) { lose(work); }
