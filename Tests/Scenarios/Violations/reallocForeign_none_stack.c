// Gives a pointer to the stack to realloc.
#include "../scenario.h"

int main(void) {
  FREE(hidden(ALLOC(64)));
  unsigned char array[256];
  memset(array, 0, sizeof array);
  void *place = hidden((void *)(((uintptr_t)array + 63) & ~(uintptr_t)15));
  if (BAD) FREE(REALLOC(place, 64));
}
