// Prints something else where the engine `split` is at work, which nothing but its environment as
// the kernel knows it can tell.
#include <fcntl.h>

#include "../scenario.h"

int main(void) {
  static char environment[65536];
  int file = open("/proc/self/environ", O_RDONLY);
  ssize_t got = read(file, environment, sizeof environment);
  close(file);
  const char *text = memmem(environment, got, "split=", 6) ? "split\n" : "plain\n";
  void *block = ALLOC(10);
  if (!block) return 3;
  FREE(block);
  write(1, text, 6);
}
