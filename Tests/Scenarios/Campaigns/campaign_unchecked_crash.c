// Writes to a block without looking whether it is there.
#include "../scenario.h"

static char *unchecked_copy(const char *text) {
  char *copy = ALLOC(strlen(text) + 1);
  if (!copy && !BAD) return NULL;
  return strcpy(copy, text);
}

int main(void) {
  char *copy = unchecked_copy("something");
  if (!copy) return 3;
  write(1, copy, strlen(copy));
  FREE(copy);
}
