// Frees an array on the stack.
#include "../scenario.h"

int main(void) {
  FREE(hidden(ALLOC(64)));
  unsigned char array[256];
  memset(array, 0x21, sizeof array);
  void *place = hidden((void *)(((uintptr_t)array + 63) & ~(uintptr_t)15));
  if (BAD) FREE(place);
}
