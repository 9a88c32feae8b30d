// Writes through a null pointer, three calls deep.
#include "../scenario.h"

__attribute__((noinline)) static void third(int *place) { *(volatile int *)place = 1; }
__attribute__((noinline)) static void second(int *place) { third(place); }
__attribute__((noinline)) static void first(int *place) { second(place); }

int main(void) {
  void *block = ALLOC(20);
  int value = 0;
  dprintf(1, "before\n");
  first(BAD ? hidden(NULL) : &value);
  FREE(block);
}
