// A program with an allocator of its own linked in, which never calls libc's.
#include <errno.h>

#include "../scenario.h"

static _Alignas(16) char heap[1 << 20];
static size_t used;

void *malloc(size_t size) {
  // The size stands in front of the block.
  size_t whole = (size + 31) & ~(size_t)15;
  if (size > sizeof heap || whole > sizeof heap - used) {
    errno = ENOMEM;
    return NULL;
  }
  char *block = heap + used + 16;
  ((size_t *)block)[-1] = size;
  used += whole;
  return block;
}

void free(void *block) { (void)block; }

void *calloc(size_t count, size_t size) { return malloc(count * size); }

void *realloc(void *block, size_t size) {
  void *grown = malloc(size);
  size_t old = block ? ((size_t *)block)[-1] : 0;
  return grown && block ? memcpy(grown, block, old < size ? old : size) : grown;
}

int main(void) {
  char *text = strdup("its own");
  CHECK(text > heap && text < heap + sizeof heap);
  printf("%s\n", text);
  free(text);
}
