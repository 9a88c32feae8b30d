// Waits milliseconds on its way, and others on its error path: slow is not hung.
#include "../scenario.h"

int main(int count, char **values) {
  usleep(argument(count, values, 1, 0) * 1000);
  void *block = ALLOC(10);
  if (!block) {
    usleep(argument(count, values, 2, 0) * 1000);
    return 3;
  }
  FREE(block);
}
