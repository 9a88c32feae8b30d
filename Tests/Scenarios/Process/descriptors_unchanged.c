// The program sees its own descriptors: the next free numbers are the lowest ones, streams stay,
// none is left open.
#include <fcntl.h>

#include "../scenario.h"

int main(void) {
  free(hidden(malloc(10)));
  int first = open("/dev/null", O_RDONLY);
  int second = open("/dev/null", O_RDONLY);
  dprintf(1, "%d %d\n", first, second);
  close(0);
  dprintf(1, "%d\n", open("/dev/null", O_RDONLY));
}
