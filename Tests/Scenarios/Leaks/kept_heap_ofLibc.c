// A block of libc's malloc, which a global holds, holds a block of the entrance under test.
#include "../scenario.h"

static void **holder;

static void take(void) {
  holder = malloc(64);
  memset(holder, 0, 64);
  holder[3] = ALLOC(40);
}

int main(void) { lose(take); }
