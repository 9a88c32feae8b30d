// A global holds the head of a list of a million blocks: the scan may not recurse.
#include "../scenario.h"

static void **head;

static void work(void) {
  for (int i = 0; i < 1000 * 1000; i++) {
    void **node = ALLOC(16);
    node[0] = head;
    head = node;
  }
}

int main(void) { lose(work); }
