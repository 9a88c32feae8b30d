// Does more when its input wants more, and does not look whether it got the memory for that.
#include "../scenario.h"

int main(void) {
  char *word = ALLOC(16);
  if (!word) return 3;
  ssize_t got = read(0, word, 16);
  if (got > 0 && word[0] == 'x') {
    char *copy = ALLOC(16);
    if (!copy && !BAD) return 4;
    memcpy(copy, word, 16);
    FREE(copy);
  }
  FREE(word);
}
