// A library that is still open at the end frees its block in its destructor.
#include <dlfcn.h>

#include "../scenario.h"

int main(int count, char **values) {
  CHECK(count == 2);
  CHECK(dlopen(values[1], RTLD_NOW));
}
