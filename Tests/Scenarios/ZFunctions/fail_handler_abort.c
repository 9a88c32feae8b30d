// An allocation that may not fail fails, and no handler is set.
#include "../scenario.h"

int main(void) {
  FREE(zmalloc(10));
  FREE(zmalloc(1234));
}
