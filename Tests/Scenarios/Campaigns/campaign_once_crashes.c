// Crashes on its error path where the file that it is given does not exist yet, and makes it.
#include <fcntl.h>

#include "../scenario.h"

int main(int count, char **values) {
  void *block = ALLOC(10);
  if (!block) {
    int made = count > 1 ? open(values[1], O_CREAT | O_EXCL | O_WRONLY, 0600) : -1;
    if (made >= 0) *(volatile int *)8 = 1;
    return 3;
  }
  FREE(block);
}
