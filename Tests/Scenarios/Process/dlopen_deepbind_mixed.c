// A library loaded with RTLD_DEEPBIND allocates what main frees, and frees what main allocated.
#include <dlfcn.h>

#include "../scenario.h"

int main(int count, char **values) {
  CHECK(count == 2);
  void *library = dlopen(values[1], RTLD_NOW | RTLD_DEEPBIND);
  CHECK(library);
  void *(*give)(size_t);
  void (*take)(void *);
  char *(*copy)(const char *);
  *(void **)&give = dlsym(library, "library_gives");
  *(void **)&take = dlsym(library, "library_takes");
  *(void **)&copy = dlsym(library, "library_copies");
  CHECK(give && take && copy);
  for (size_t size = 1; size < 300000; size = size * 3 + 1) {
    free(give(size));
    take(malloc(size));
    take(give(size));
    take(realloc(give(size), size + 10));
    take(strdup("text"));
    free(copy("text"));
  }
  dprintf(1, "mixed\n");
}
