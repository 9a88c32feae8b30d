// Blocks of no bytes are distinct, realloc to no bytes frees, free(NULL) and free keep errno.
#include "../scenario.h"

int main(void) {
  void *first = malloc(0), *second = malloc(0), *third = calloc(0, 10), *fourth = realloc(NULL, 0);
  CHECK(first && second && third && fourth);
  CHECK(first != second && second != third && third != fourth);
  free(first);
  free(second);
  free(third);
  CHECK(realloc(fourth, 0) == NULL);
  errno = 1234;
  free(NULL);
  for (size_t size = 1; size < 4 << 20; size *= 2) free(hidden(malloc(size)));
  CHECK(errno == 1234);
}
