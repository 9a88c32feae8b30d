// A timer's handler allocates, resizes and frees while main does the same; some blocks go from one
// to the other, or are kept in a list of the handler's. Without the argument 1 it skips the rounds
// that interrupted an allocation.
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>

#include "../scenario.h"

struct owned {
  unsigned char *bytes;
  size_t size;
};

enum { kept_count = 16 };
static struct owned kept[kept_count];
static struct node {
  struct node *next;
  void *held;
} *nodes;
static unsigned char *volatile handed;
static volatile sig_atomic_t rounds, busy, always;

static void fill(struct owned *block, size_t from) {
  for (size_t i = from; i < block->size; i++)
    block->bytes[i] = (unsigned char)((uintptr_t)block + i);
}

static void check(const struct owned *block, size_t size) {
  for (size_t i = 0; i < size; i++)
    CHECK(block->bytes[i] == (unsigned char)((uintptr_t)block + i));
}

static void handle(int signal) {
  (void)signal;
  if (busy && !always) return;
  size_t round = (size_t)rounds++;
  int saved = errno;
  struct owned *block = &kept[round % kept_count];
  if (block->bytes) check(block, block->size);
  if (round % 3 == 0 && block->bytes) {
    size_t old = block->size;
    block->size = old * 2 % 200000 + 1;
    block->bytes = REALLOC(block->bytes, block->size);
    check(block, old < block->size ? old : block->size);
    fill(block, old);
  } else {
    FREE(block->bytes);
    block->size = round % 7 == 0 ? 70000 : round * 37 % 3000;
    block->bytes = ALLOC(block->size);
    CHECK((uintptr_t)block->bytes % 16 == 0);
    fill(block, 0);
  }
  if (round % 5 == 0) {
    struct node *node = ALLOC(sizeof *node);
    *node = (struct node){nodes, handed};
    nodes = node;
  } else {
    FREE(handed);
  }
  handed = NULL;
  errno = saved;
}

int main(int count, char **values) {
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  struct itimerval timer = {{0, 1000}, {0, 1000}};
  always = argument(count, values, 1, 0);
  CHECK(sigaction(SIGPROF, &action, NULL) == 0);
  CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
  struct owned own = {0};
  for (size_t i = 0; rounds < 200; i++) {
    busy = 1;
    own.bytes = ALLOC(own.size = i % 400);
    if (!handed) handed = ALLOC(i % 300);
    busy = 0;
    fill(&own, 0);
    for (volatile int spin = 0; spin < 200; spin++) continue;
    check(&own, own.size);
    busy = 1;
    FREE(own.bytes);
    busy = 0;
  }
  timer = (struct itimerval){0};
  CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
  for (size_t i = 0; i < kept_count; i++) FREE(kept[i].bytes);
  FREE(handed);
}
