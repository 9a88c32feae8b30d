// Frees ADDRESS, which nobody ever gave out.
#include "../scenario.h"

int main(int count, char **values) {
  size_t address = argument(count, values, 1, 0x10);
  FREE(hidden(ALLOC(64)));
  if (BAD) FREE(hidden((void *)address));
}
