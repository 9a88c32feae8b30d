// Aborts when memory runs out: its policy, and no finding.
#include "../scenario.h"

int main(void) {
  void *block = ALLOC(10);
  if (!block) abort();
  FREE(block);
}
