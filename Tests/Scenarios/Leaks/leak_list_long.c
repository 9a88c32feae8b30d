// Loses the head of a list of COUNT blocks of 16 bytes.
#include "../scenario.h"

static size_t length;

static void work(void) {
  void **head = NULL;
  for (size_t i = 0; i < length; i++) {
    void **node = ALLOC(16);
    node[0] = head;
    node[1] = NULL;
    head = node;
  }
  while (!BAD && head) {
    void **next = head[0];
    FREE(head);
    head = next;
  }
}

int main(int count, char **values) {
  length = argument(count, values, 1, 100);
  lose(work);
}
