// A library loses a block of 88 bytes and is closed; nine others come and go at its place.
#include <dlfcn.h>

#include "../scenario.h"

static const char *path;

static void work(void) {
  void *library = dlopen(path, RTLD_NOW);
  CHECK(library);
  void (*lose_here)(int);
  *(void **)&lose_here = dlsym(library, "library_allocates");
  CHECK(lose_here);
  lose_here(BAD);
  CHECK(dlclose(library) == 0);
}

int main(int count, char **values) {
  CHECK(count == 3);
  path = values[1];
  lose(work);
  for (int i = 0; i < 9; i++) {
    void *other = dlopen(values[2], RTLD_NOW);
    CHECK(other);
    free(hidden(malloc(40)));
    CHECK(dlclose(other) == 0);
  }
}
