// Marks two moments, and holds blocks from before the first, between them and after the second; two
// threads allocate, so that numbers of operations are taken ahead of each mark. Loses one block of
// 60 bytes after the first mark. Prints the marks' numbers, and writes the recording end.zleak.
#include <pthread.h>

#include "../scenario.h"

extern unsigned zmalloc_debug_mark(void) __attribute__((weak));
extern int zmalloc_debug_write_recording(const char *path) __attribute__((weak));

static void *blocks[32];
static int count;
static pthread_barrier_t barrier;

static void keep(int how_many, size_t size) {
  for (int i = 0; i < how_many; i++) blocks[count++] = memset(ALLOC(size), 1, size);
}

static void lose_one(void) {
  if (BAD) memset(ALLOC(60), 1, 60);
}

static void *other(void *unused) {
  keep(2, 100);
  pthread_barrier_wait(&barrier);
  // The first mark.
  pthread_barrier_wait(&barrier);
  keep(3, 200);
  pthread_barrier_wait(&barrier);
  // The second mark, and the end.
  pthread_barrier_wait(&barrier);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, 0, 2);
  keep(1, 100);
  CHECK(!pthread_create(&thread, 0, other, 0));
  pthread_barrier_wait(&barrier);
  keep(1, 100);
  unsigned first = zmalloc_debug_mark ? zmalloc_debug_mark() : 0;
  keep(1, 300);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  lose(lose_one);
  FREE(ALLOC(5000));
  unsigned second = zmalloc_debug_mark ? zmalloc_debug_mark() : 0;
  keep(2, 1000);
  dprintf(1, "marks %u and %u\n", first, second);
  if (zmalloc_debug_write_recording) zmalloc_debug_write_recording("end.zleak");
  pthread_barrier_wait(&barrier);
  pthread_join(thread, 0);
  return 0;
}
