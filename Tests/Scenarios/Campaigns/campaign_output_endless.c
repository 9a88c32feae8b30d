// On its error path it prints for ever.
#include "../scenario.h"

int main(void) {
  void *block = ALLOC(10);
  static char line[65536];
  memset(line, '.', sizeof line);
  while (!block && BAD) write(1, line, sizeof line);
  if (!block) return 3;
  FREE(block);
}
