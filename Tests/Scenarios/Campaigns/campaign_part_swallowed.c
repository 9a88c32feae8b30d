// Leaves the rest of its output out when memory runs out, and says that all went well.
#include "../scenario.h"

int main(void) {
  for (int i = 1; i <= 3; i++) {
    char *line = ALLOC(32);
    if (!line) return BAD ? 0 : 3;
    int length = snprintf(line, 32, "line %d\n", i);
    write(1, line, (size_t)length);
    FREE(line);
  }
}
