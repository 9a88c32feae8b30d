// Where its block fails it reads from a pipe under a high number, and says that it did. What stands
// in the pipe is one byte for all processes that hold it.
#include <fcntl.h>

#include "../scenario.h"

int main(void) {
  int ends[2];
  char byte = 'x';
  CHECK(pipe2(ends, O_NONBLOCK) == 0 && write(ends[1], &byte, 1) == 1);
  int high = fcntl(ends[0], F_DUPFD, 300);
  CHECK(high >= 300);
  void *block = ALLOC(64);
  if (!block) {
    ssize_t got = read(high, &byte, 1);
    dprintf(2, "no block\n");
    return got == 1 ? 3 : 4;
  }
  CHECK(read(ends[0], &byte, 1) == 1);
  FREE(block);
}
