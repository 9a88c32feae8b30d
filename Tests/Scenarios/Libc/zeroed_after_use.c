// calloc gives zeros where dirty blocks lay before, and does not touch the pages of a huge block.
#include "../scenario.h"

static size_t resident(void) {
  size_t total = 0, pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  CHECK(file && fscanf(file, "%zu %zu", &total, &pages) == 2);
  fclose(file);
  return pages * 4096;
}

int main(void) {
  for (int round = 0; round < 3000; round++) {
    size_t size = (round * 37) % 9000 + (round % 100 ? 0 : 200000);
    unsigned char *dirty = malloc(size), *clean;
    memset(dirty, 0xee, size);
    free(dirty);
    clean = calloc(1, size);
    for (size_t i = 0; i < size; i++) CHECK(clean[i] == 0);
    free(clean);
  }
  size_t before = resident();
  char *sparse = calloc(1, (size_t)2 << 30);
  CHECK(sparse);
  sparse[(size_t)1 << 30] = 1;
  CHECK(resident() < before + (32 << 20));
  free(sparse);
  CHECK(resident() < before + (64 << 20));
}
