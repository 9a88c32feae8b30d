// COUNT blocks live at once, half of them freed in another order, the others held by a table in a
// global.
#include "../scenario.h"

static void **table;

int main(int count, char **values) {
  size_t blockCount = argument(count, values, 1, 200000);
  table = ALLOC(blockCount * sizeof *table);
  for (size_t i = 0; i < blockCount; i++) table[i] = memset(ALLOC(i % 100 + 1), 1, i % 100 + 1);
  for (size_t i = 0; i < blockCount; i += 2) {
    size_t other = (i * 7919 + 1) % blockCount;
    FREE(table[other]);
    table[other] = NULL;
  }
}
