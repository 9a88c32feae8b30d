// Frees a block of SIZE bytes twice in a row.
#include "../scenario.h"

int main(int count, char **values) {
  void *block = ALLOC(argument(count, values, 1, 64));
  void *again = hidden(block);
  FREE(block);
  if (BAD) FREE(again);
}
