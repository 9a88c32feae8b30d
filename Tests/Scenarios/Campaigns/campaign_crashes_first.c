// Crashes the first so many times that it comes to its error path, then waits so many milliseconds
// there. A file that it is given counts.
#include <fcntl.h>
#include <sys/stat.h>

#include "../scenario.h"

int main(int count, char **values) {
  void *block = ALLOC(10);
  if (!block) {
    struct stat status;
    int file = open(values[1], O_CREAT | O_APPEND | O_WRONLY, 0600);
    CHECK(count == 4 && write(file, ".", 1) == 1 && fstat(file, &status) == 0);
    if ((size_t)status.st_size <= argument(count, values, 2, 0)) *(volatile int *)8 = 1;
    usleep(argument(count, values, 3, 0) * 1000);
    return 3;
  }
  FREE(block);
}
