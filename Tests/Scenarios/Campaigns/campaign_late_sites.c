// Computes for a long while before it asks for memory at several places; waits milliseconds on each
// error path, if it is told to.
#include "../scenario.h"

static size_t delay;

#define PLACE(n) \
  __attribute__((noinline)) static int place_##n(void) { \
    char *block = ALLOC(10 + n); \
    if (!block) { \
      usleep(delay * 1000); \
      return 1; \
    } \
    FREE(block); \
    return 0; \
  }
PLACE(1) PLACE(2) PLACE(3) PLACE(4) PLACE(5) PLACE(6) PLACE(7) PLACE(8) PLACE(9) PLACE(10)

int main(int count, char **values) {
  volatile unsigned long sum = 0;
  delay = argument(count, values, 2, 0);
  size_t turns = argument(count, values, 1, 1) * 1000000;
  for (size_t i = 0; i < turns; i++) sum += i;
  int failed = place_1() + place_2() + place_3() + place_4() + place_5() + place_6() + place_7() +
               place_8() + place_9() + place_10();
  return failed ? 3 : 0;
}
