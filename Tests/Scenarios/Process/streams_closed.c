// Closes its three standard streams, opens a file that becomes descriptor 2, and loses a block: the
// file holds only what the program wrote.
#include <fcntl.h>

#include "../scenario.h"

static void work(void) {
  void *block = memset(malloc(60), 1, 60);
  if (!BAD) free(block);
}

int main(void) {
  int out = dup2(1, 600);
  close(0), close(1), close(2);
  CHECK(open("/dev/null", O_RDWR) == 0 && open("/dev/null", O_RDWR) == 1);
  CHECK(open("data", O_CREAT | O_RDWR, 0600) == 2);
  lose(work);
  CHECK(write(2, "data\n", 5) == 5);
  CHECK(write(out, "done\n", 5) == 5);
}
