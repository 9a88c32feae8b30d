// Frees an array among the globals.
#include "../scenario.h"

static _Alignas(16) unsigned char array[256];

int main(void) {
  FREE(hidden(ALLOC(64)));
  void *place = hidden(array + 64);
  if (BAD) FREE(place);
}
