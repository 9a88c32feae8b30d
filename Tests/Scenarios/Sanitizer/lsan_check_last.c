// The last check ends the program where something is lost; where nothing is, none follows.
#include "../sanitizer.h"

static void work(void) { hidden(ALLOC(56)); }

int main(void) {
  if (BAD) lose(work);
  __lsan_do_leak_check();
  puts("went on");
  lose(work);
  __lsan_do_leak_check();
}
