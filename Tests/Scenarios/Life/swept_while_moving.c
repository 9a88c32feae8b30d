// Three threads grow, shrink and free large blocks, which are mapped, moved and unmapped, while
// sweeps look at all blocks. One block is overwritten at the end; argument: how many rounds.
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "../scenario.h"

enum { workers = 3, kept = 8 };

static atomic_int at_work = workers;
static size_t rounds;

static void *work(void *seed) {
  size_t state = (size_t)seed * 7919 + 1;
  unsigned char *blocks[kept] = {0};
  for (size_t i = 0; i < rounds; i++) {
    state = state * 48271 % 2147483647;
    size_t size = 70000 + state % 1500000;
    // Now and then one that no quarantine holds: it is unmapped at once.
    if (state % 16 == 0) size += 20 << 20;
    unsigned char **block = &blocks[state / 16 % kept];
    if (state % 5 == 0) {
      FREE(*block);
      *block = 0;
      continue;
    }
    *block = REALLOC(*block, size);
    CHECK(*block);
    (*block)[0] = (*block)[size - 1] = 0xFF;
  }
  for (int i = 0; i < kept; i++) FREE(blocks[i]);
  at_work--;
  return 0;
}

int main(int count, char **values) {
  rounds = argument(count, values, 1, 500);
  // Without it a freed block of this size makes libc take the next one from its heap.
  mallopt(M_MMAP_THRESHOLD, 65536);
  char *block = ALLOC(100000);
  CHECK(block);
  pthread_t threads[workers];
  for (size_t i = 0; i < workers; i++)
    CHECK(!pthread_create(&threads[i], 0, work, (void *)(i + 1)));
  while (at_work) raise(SIGUSR2);
  for (int i = 0; i < workers; i++) pthread_join(threads[i], 0);
  if (BAD) flip(block + 100000, 1);
  raise(SIGUSR2);
  puts("done");
  FREE(block);
  return 0;
}
