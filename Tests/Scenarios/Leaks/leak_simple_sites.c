// Loses one block of 24 bytes at each of 64 different stacks.
#include "../scenario.h"

#define NOINLINE __attribute__((noinline)) static

static void here(void) {
  void *block = ALLOC(24);
  memset(block, 1, 24);
  if (!BAD) FREE(block);
}

NOINLINE void binary(int depth, unsigned path);
NOINLINE void zero(int depth, unsigned path) { binary(depth, path); }
NOINLINE void one(int depth, unsigned path) { binary(depth, path); }

NOINLINE void binary(int depth, unsigned path) {
  if (depth == 0) {
    here();
  } else if (path & 1) {
    one(depth - 1, path >> 1);
  } else {
    zero(depth - 1, path >> 1);
  }
}

static void work(void) {
  for (unsigned path = 0; path < 64; path++) binary(6, path);
}

int main(void) { lose(work); }
