// The way back after the second failure forgets the first block.
#include "../scenario.h"

struct pair {
  char *first, *second;
};

static struct pair *make_pair(void) {
  struct pair *pair = ALLOC(sizeof *pair);
  if (!pair) return NULL;
  pair->first = ALLOC(100);
  if (!pair->first) {
    FREE(pair);
    return NULL;
  }
  pair->second = ALLOC(200);
  if (!pair->second) {
    if (!BAD) FREE(pair->first);
    FREE(pair);
    return NULL;
  }
  return pair;
}

int main(void) {
  struct pair *pair = make_pair();
  if (!pair) {
    clear_dead_stack();
    return 3;
  }
  FREE(pair->first);
  FREE(pair->second);
  FREE(pair);
}
