// Goes on without the block, and leaves the file open that was to fill it.
#include <fcntl.h>

#include "../scenario.h"

int main(void) {
  int file = open("/dev/null", O_RDONLY);
  CHECK(file >= 0);
  void *buffer = ALLOC(4096);
  if (buffer || !BAD) close(file);
  FREE(buffer);
}
