// The error path itself asks for memory, and does not look whether it got it.
#include "../scenario.h"

static int explain(void) {
  char *message = ALLOC(100);
  if (!message && !BAD) return 4;
  strcpy(message, "no memory\n");
  write(2, message, strlen(message));
  FREE(message);
  return 3;
}

int main(void) {
  void *block = ALLOC(10);
  if (!block) return explain();
  FREE(block);
}
