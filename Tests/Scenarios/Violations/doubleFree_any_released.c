// Frees a block of SIZE bytes again after CHURN bytes of others pushed it out of the quarantine.
#include "../scenario.h"

int main(int count, char **values) {
  void *block = ALLOC(argument(count, values, 1, 64));
  void *again = hidden(block);
  FREE(block);
  churn(argument(count, values, 2, 512 * 1024));
  if (BAD) FREE(again);
}
