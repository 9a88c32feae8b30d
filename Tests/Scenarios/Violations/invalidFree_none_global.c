// Frees an array among the globals.
#include "../scenario.h"

static _Alignas(16) unsigned char array[256];

int main(void) {
  void *place = hidden(array + 64);
  if (BAD) FREE(place);
}
