// Another block is overwritten in each run: nobody can search for the moment by running it again.
#include <sys/syscall.h>

#include "../scenario.h"

int main(void) {
  enum { many = 256 };
  char *blocks[many];
  // The kernel's own clock, which nobody pins.
  struct { long seconds, nanoseconds; } now;
  syscall(SYS_clock_gettime, 0, &now);
  size_t chosen = (size_t)now.nanoseconds / 100 % many;
  for (size_t i = 0; i < many; i++) blocks[i] = ALLOC(24 + i);
  if (BAD) flip(blocks[chosen] + 24 + chosen, 1);
  for (int i = 0; i < 400; i++) FREE(hidden(ALLOC(20)));
  for (size_t i = 0; i < many; i++) FREE(blocks[i]);
  return 0;
}
