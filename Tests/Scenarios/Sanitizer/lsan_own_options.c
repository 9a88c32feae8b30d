// The program has options of its own: the status for leaks, and that globals are no roots.
#include "../sanitizer.h"

const char *__lsan_default_options(void) { return "exitcode=77:use_globals=0"; }

static void *kept;

static void work(void) { kept = ALLOC(104); }

int main(void) {
  lose(work);
  if (!BAD) FREE(kept);
}
