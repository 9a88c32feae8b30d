// Threads for which the layer has no memory left: they free and resize blocks that it watched, and
// allocate.
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "../scenario.h"

enum { thread_count = 80, stack_size = 256 * 1024 };

static void *blocks[thread_count], *grown[thread_count];

static void *work(void *argument) {
  size_t number = (size_t)argument;
  FREE(blocks[number]);
  grown[number] = REALLOC(grown[number], 300);
  CHECK(grown[number] && ((char *)grown[number])[99] == 7);
  FREE(hidden(ALLOC(200)));
  return NULL;
}

static rlim_t mapped_bytes(void) {
  char text[64] = "";
  int file = open("/proc/self/statm", O_RDONLY);
  CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0);
  close(file);
  return strtoull(text, NULL, 10) * 4096;
}

int main(void) {
  for (size_t i = 0; i < thread_count; i++) {
    blocks[i] = ALLOC(100);
    grown[i] = ALLOC(100);
    memset(grown[i], 7, 100);
  }
  void *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(stack != MAP_FAILED);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  CHECK(pthread_attr_setstack(&attributes, stack, stack_size) == 0);
  for (size_t i = 0; i < thread_count; i++) {
    if (i == 1) {
      // Room for libc's heap to grow once, none for the layer's states of 64 threads.
      rlim_t now = mapped_bytes() + 200000;
      CHECK(setrlimit(RLIMIT_AS, &(struct rlimit){now, RLIM_INFINITY}) == 0);
    }
    pthread_t thread;
    CHECK(pthread_create(&thread, &attributes, work, (void *)i) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
  }
  CHECK(setrlimit(RLIMIT_AS, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}) == 0);
  for (size_t i = 0; i < thread_count; i++) FREE(grown[i]);
  dprintf(1, "done\n");
}
