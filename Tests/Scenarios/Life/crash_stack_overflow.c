// The stack overflows and nobody handles it.
#include "../scenario.h"

__attribute__((noinline)) static int fall(int depth) {
  volatile char frame[4096] = {(char)depth};
  return depth < 0 ? 0 : fall(depth + 1) + frame[0];
}

int main(void) {
  FREE(hidden(ALLOC(16)));
  return fall(0);
}
