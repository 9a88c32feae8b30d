// The text of dlerror belongs to libc, which keeps it until the next call of its kind.
#include <dlfcn.h>

#include "../scenario.h"

int main(void) {
  CHECK(dlopen("/there/is/no/such/library.so", RTLD_LAZY) == NULL);
  CHECK(strstr(dlerror(), "no/such") != NULL);
}
