// Of COUNT blocks that a table holds, each twice and in no order, and that hold a block each, three
// lose theirs: what a scan of so many looks up waits in bins, some of which are full before the
// table is read.
#include "../scenario.h"

static void **table;
static size_t length;

static void work(void) {
  table = ALLOC(2 * length * sizeof *table);
  for (size_t i = 0; i < length; i++) {
    void **holder = ALLOC(16);
    holder[0] = ALLOC(16);
    holder[1] = NULL;
    memset(holder[0], 0, 16);
    // Odd steps come to each place of a table whose length is a power of two once.
    table[(i * 2654435761u) % length] = table[length + (i * 40503u) % length] = holder;
  }
  size_t losers[] = {7, length / 2, length - 1};
  for (size_t i = 0; i < 3; i++)
    if (BAD) *(void **)table[losers[i]] = NULL;
}

int main(int count, char **values) {
  length = argument(count, values, 1, 65536);
  lose(work);
}
