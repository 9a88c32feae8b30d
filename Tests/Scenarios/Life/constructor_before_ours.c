// Loses a block before any constructor has run, the layer's own too: its stack is the caller alone.
#include "../scenario.h"

static void work(void) {
  void *block = memset(ALLOC(36), 1, 36);
  if (!BAD) FREE(block);
}

static void start(void) { lose(work); }

__attribute__((section(".preinit_array"), used)) static void (*first)(void) = start;

int main(void) {
  FREE(hidden(ALLOC(20)));
  clear_dead_stack();
}
