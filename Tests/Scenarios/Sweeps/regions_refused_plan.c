// A plan that cannot be read ends the program: a test that tests nothing is worse than none.
#include "../sweep.h"

int main(void) {
  ZMALLOC_WITH_FAULTS(BAD ? "nht:3" : "nth:3") dprintf(1, "in the block\n");
}
