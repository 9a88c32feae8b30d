// A correct program that does what a block can be asked for: sizes, alignments, zeros, growth,
// threads, a child, a handler of its own for a fault that is no heap mistake. Prints what it saw.
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../scenario.h"

enum { kept = 64, rounds = 40 };

static sigjmp_buf back;
static volatile int faults;

static void on_fault(int signal) {
  (void)signal;
  faults++;
  siglongjmp(back, 1);
}

static void grow(void) {
  char *text = 0;
  for (size_t size = 1; size < 300000; size = size * 3 / 2 + 1) {
    char *more = REALLOC(text, size);
    CHECK(more);
    if (text) CHECK(more[0] == 'x');
    more[0] = 'x';
    more[size - 1] = 'x';
    text = more;
  }
  FREE(text);
}

static void *work(void *unused) {
  (void)unused;
  char *blocks[kept] = {0};
  for (int i = 0; i < kept * rounds; i++) {
    size_t size = (size_t)i * 37 % 5000;
    FREE(blocks[i % kept]);
    char *block = i % 3 ? ALLOC(size) : ZERO_ALLOC(size);
    CHECK(block && (uintptr_t)block % 16 == 0);
    if (i % 3 == 0) for (size_t j = 0; j < size; j++) CHECK(block[j] == 0);
    memset(block, i, size);
    blocks[i % kept] = block;
  }
  for (int i = 0; i < kept; i++) FREE(blocks[i]);
  grow();
  return 0;
}

static void align(void) {
#ifndef ZMALLOC
  for (size_t alignment = 16; alignment <= 1 << 16; alignment *= 4)
    for (size_t size = 0; size < 10000; size = size * 2 + 7) {
      char *block = memalign(alignment, size);
      CHECK(block && (uintptr_t)block % alignment == 0);
      memset(block, 1, malloc_usable_size(block));
      free(block);
    }
#endif
}

int main(void) {
  struct sigaction action = {.sa_handler = on_fault};
  sigaction(SIGSEGV, &action, 0);
  volatile char *page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 3; i++)
    if (sigsetjmp(back, 1) == 0) *page = 1;
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, work, 0);
  align();
  for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
  char *before = ALLOC(100);
  strcpy(before, "from the parent");
  pid_t child = fork();
  if (child == 0) {
    CHECK(strcmp(before, "from the parent") == 0);
    FREE(before);
    work(0);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  FREE(before);
  printf("%d faults of its own, child %d\n", faults, status);
  return 0;
}
