// The stack overflows and nobody handles it.
#include "../scenario.h"

static const int deepest = BAD ? -1 : 100;

__attribute__((noinline)) static int fall(int depth) {
  volatile char frame[4096] = {(char)depth};
  return depth == deepest ? 0 : fall(depth + 1) + frame[0];
}

int main(void) {
  FREE(hidden(ALLOC(16)));
  return fall(0) < 0;
}
