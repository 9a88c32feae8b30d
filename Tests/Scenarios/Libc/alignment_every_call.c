// Blocks of every alignment up to 2 MiB are aligned, whole, growable and freed, and so are those of
// the family's rarer members.
#include <malloc.h>

#include "../scenario.h"

static void use(char *block, size_t alignment, size_t size) {
  CHECK(block && (uintptr_t)block % alignment == 0);
  CHECK(malloc_usable_size(block) >= size);
  memset(block, 'a', size);
  char *grown = realloc(block, size + 100);
  CHECK(grown);
  for (size_t i = 0; i < size; i++) CHECK(grown[i] == 'a');
  free(grown);
}

// memalign rounds an alignment that is no power of two up; what aligned_alloc does with one depends
// on the release of libc.
static void use_odd_alignments(void) {
  struct {
    size_t asked, given;
  } odd[] = {{0, 16}, {1, 16}, {3, 16}, {17, 32}, {24, 32}, {48, 64}, {1000, 1024}, {4097, 8192}};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    size_t alignment = (size_t)hidden((void *)odd[i].asked);
    use(memalign(alignment, 100), odd[i].given, 100);
    void *block = aligned_alloc(alignment, 100);
    dprintf(1, "aligned_alloc at %zu: %s\n", alignment, block ? "a block" : "NULL");
    if (block) use(block, odd[i].given, 100);
  }
}

// No header declares cfree any more; libc still has it for programs that were linked long ago.
#ifdef __x86_64__
void old_free(void *block);
__asm__(".symver old_free, cfree@GLIBC_2.2.5");
#else
#define old_free free
#endif

static void use_arrays(void) {
  int *numbers = reallocarray(NULL, 25, sizeof *numbers);
  CHECK(numbers && malloc_usable_size(numbers) >= 25 * sizeof *numbers);
  for (int i = 0; i < 25; i++) numbers[i] = i;
  numbers = reallocarray(numbers, 5000, sizeof *numbers);
  CHECK(numbers && malloc_usable_size(numbers) >= 5000 * sizeof *numbers);
  for (int i = 0; i < 25; i++) CHECK(numbers[i] == i);
  memset(numbers, 1, 5000 * sizeof *numbers);
  old_free(numbers);
  old_free(NULL);
}

int main(void) {
  use_odd_alignments();
  use_arrays();
  size_t sizes[] = {0, 1, 7, 8, 16, 17, 100, 4096, 4097, 100000};
  for (size_t alignment = 8; alignment <= 2 << 20; alignment *= 2) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      void *block = NULL;
      use(memalign(alignment, sizes[i]), alignment, sizes[i]);
      use(aligned_alloc(alignment, sizes[i]), alignment, sizes[i]);
      CHECK(posix_memalign(&block, alignment, sizes[i]) == 0);
      use(block, alignment, sizes[i]);
    }
  }
  use(valloc(100), 4096, 100);
  use(pvalloc(100), 4096, 4096);
  for (size_t size = 0; size < 200; size++) use(malloc(size), 16, size);
}
