// A block that is ignored by a pointer into its middle.
#include "../sanitizer.h"

static void work(void) {
  void **block = pair(112, 16);
  if (!BAD) __lsan_ignore_object((char *)block + 40);
}

int main(void) { lose(work); }
