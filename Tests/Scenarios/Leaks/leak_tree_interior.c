// Loses a block of 48 bytes that holds another of 80 by a pointer into its middle.
#include "../scenario.h"

static void work(void) {
  char **parent = ALLOC(48);
  memset(parent, 0, 48);
  parent[3] = (char *)ALLOC(80) + 24;
  if (BAD) return;
  FREE(parent[3] - 24);
  FREE(parent);
}

int main(void) { lose(work); }
