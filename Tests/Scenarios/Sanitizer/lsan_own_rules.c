// The program names a function whose leaks are none.
#include "../sanitizer.h"

const char *__lsan_default_suppressions(void) { return "# by design\nleak:^lost_by_design$\n"; }

HELPER void lost_by_design(void) { hidden(pair(96, 32)); }
HELPER void lost_by_mistake(void) { hidden(ALLOC(40)); }

static void work(void) {
  lost_by_design();
  if (BAD) lost_by_mistake();
}

int main(void) { lose(work); }
