// Our C over musl: sizes of blocks, and used memory over threads. Compiled with the production
// pieces of Sources/CZMalloc themselves, since there is no Swift for musl here.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "zmalloc_backend.h"
#include "zmalloc_counters.h"

enum { crowd = 300, rounds = 1000 };

static void *allocate(void *unused) {
  for (size_t size = 0; size < rounds; size++) {
    void *block = zmalloc_backend_malloc(size);
    size_t usable = zmalloc_backend_usable_size(block);
    if (!block || usable < size || usable != zmalloc_known_usable_size(block)) return "a size";
    memset(block, 1, usable);
    zmalloc_count_allocated(usable);
    zmalloc_count_freed(usable);
    zmalloc_backend_free(block);
  }
  return unused;
}

int main(void) {
  static pthread_t threads[crowd];
  void *said = NULL;
  int mistakes = 0;
  for (int i = 0; i < crowd; i++)
    if (pthread_create(&threads[i], NULL, allocate, NULL) != 0) return 70;
  for (int i = 0; i < crowd; i++) {
    pthread_join(threads[i], &said);
    if (said) mistakes++;
  }
  zmalloc_count_allocated(1000000);
  if (zmalloc_count_total() != 1000000 || zmalloc_count_peak() < 1000000) mistakes++;
  zmalloc_count_freed(1000000);
  if (zmalloc_count_total() != 0) mistakes++;
  printf("musl: %d mistakes, %u counters\n", mistakes, (unsigned)zmalloc_counters_in_use());
  return mistakes != 0;
}
