// Loses a block of 60 bytes, asks for a recording at the path that it is given, and goes on.
#include <dlfcn.h>

#include "../scenario.h"

static void work(void) {
  void *block = memset(ALLOC(60), 1, 60);
  if (!BAD) FREE(block);
}

int main(int count, char **values) {
  CHECK(count > 1);
  lose(work);
  int (*record)(const char *) =
      (int (*)(const char *))dlsym(RTLD_DEFAULT, "zmalloc_debug_write_recording");
  CHECK(record);
  CHECK(record("/no/such/folder/now.zleak") == -1);
  CHECK(record(values[1]) == 0);
  FREE(hidden(ALLOC(10)));
  puts("went on");
}
