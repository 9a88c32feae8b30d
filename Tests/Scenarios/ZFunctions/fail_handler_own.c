// The program's own out-of-memory handler is told the size, may allocate, and returns.
#include "../scenario.h"

static void handle(size_t byteCount) {
  char *note = zmalloc(64);
  snprintf(note, 64, "no memory for %zu bytes\n", byteCount);
  CHECK(write(1, note, strlen(note)) > 0);
  zfree(note);
}

int main(void) {
  zmalloc_set_oom_handler(handle);
  for (size_t i = 1; i <= 4; i++) {
    void *block = zmalloc(1000 * i);
    if (!block) dprintf(1, "block %zu is NULL\n", i);
    zfree(block);
  }
}
