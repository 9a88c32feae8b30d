// Gives a freed block of SIZE bytes to realloc after it has left the quarantine.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 64);
  void *block = ALLOC(size);
  void *again = hidden(block);
  FREE(block);
  churn(512 * 1024);
  if (BAD) FREE(REALLOC(again, size + 64));
}
