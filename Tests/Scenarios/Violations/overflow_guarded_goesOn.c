// Three touches of closed pages, each of them more than once, in a program that is told to go on.
#include "../scenario.h"

int main(void) {
  volatile char *first = hidden(ALLOC(32)), *second = hidden(ALLOC(64)), *third = hidden(ALLOC(48));
  CHECK(first && second && third);
  if (BAD) {
    for (int i = 0; i < 3; i++) first[32 + i] = 1;
    FREE(hidden((void *)second));
    for (int i = 0; i < 3; i++) CHECK(second[i] == 0);
    for (int i = 0; i < 3; i++) (void)third[48 + i];
    puts("went on");
  } else {
    FREE((void *)second);
  }
  FREE((void *)third);
  FREE((void *)first);
  return 0;
}
