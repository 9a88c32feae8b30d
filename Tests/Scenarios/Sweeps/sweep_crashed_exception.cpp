// Throws where memory ran out, and the caller of the sweep catches: the run does not get there.
#include "../sweep.h"

#include <new>

static int make(void *) {
  void *block = ztrymalloc(80);
  if (!block && BAD) throw std::bad_alloc();
  zfree(block);
  return block ? 0 : ENOMEM;
}

int main() {
  try {
    return sweep(make, zmalloc_sweep_options());
  } catch (const std::bad_alloc &) {
    dprintf(2, "caught\n");
    return 98;
  }
}
