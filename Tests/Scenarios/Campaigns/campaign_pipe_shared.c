// Where its block fails it reads from a pipe, and says that it did: under a high number, or with
// COUNT more descriptors of it below. What stands in the pipe is one byte for all processes that
// hold it.
#include <fcntl.h>
#include <sys/uio.h>

#include "../scenario.h"

int main(int count, char **values) {
  int ends[2];
  char byte = 'x';
  CHECK(pipe2(ends, O_NONBLOCK) == 0 && write(ends[1], &byte, 1) == 1);
  size_t more = argument(count, values, 1, 0);
  int descriptor = more ? ends[0] : fcntl(ends[0], F_DUPFD, 300);
  for (size_t i = 0; i < more; i++) descriptor = dup(ends[0]);
  CHECK(descriptor > 2);
  void *block = ALLOC(64);
  struct iovec piece = {&byte, 1};
  if (!block) {
    ssize_t got = readv(descriptor, &piece, 1);
    dprintf(2, "no block\n");
    return got == 1 ? 3 : 4;
  }
  CHECK(readv(descriptor, &piece, 1) == 1);
  FREE(block);
}
