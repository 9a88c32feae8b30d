// A library that allocates as it is loaded and frees as it goes, with other code than `allocates`
// at the same place.
#include <stdlib.h>

static void *blocks[10];

__attribute__((constructor)) static void start(void) {
  for (int i = 0; i < 10; i++) blocks[i] = malloc(100 + i);
}

__attribute__((destructor)) static void end(void) {
  for (int i = 0; i < 10; i++) free(blocks[i]);
}
