// A global of a library holds a block. The mistake: the library is closed, and the global with it.
#include <dlfcn.h>

#include "../scenario.h"

static void **slot;

static void take(void) { *slot = ALLOC(64); }

int main(int count, char **values) {
  CHECK(count == 2);
  void *library = dlopen(values[1], RTLD_NOW);
  CHECK(library);
  slot = dlsym(library, "global_slot");
  CHECK(slot);
  lose(take);
  slot = NULL;
  if (BAD) CHECK(dlclose(library) == 0);
}
