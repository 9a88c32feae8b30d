// One heap mistake of the matrix with a block of SIZE bytes: mistake NAME SIZE.
#include <stdbool.h>
#include <sys/mman.h>

#include "../scenario.h"

/// A place of a mistake, and its size.
typedef void (*mistake)(size_t size);

HELPER void write_at(size_t size, ptrdiff_t distance, size_t count) {
  unsigned char *block = ALLOC(size);
  flip(block, size);
  if (BAD) flip(block + distance, count);
  FREE(hidden(block));
}

static void past_1(size_t size) { write_at(size, (ptrdiff_t)size, 1); }
static void past_8(size_t size) { write_at(size, (ptrdiff_t)size, 8); }
static void past_far(size_t size) { write_at(size, (ptrdiff_t)size + 64, 1); }
static void before_1(size_t size) { write_at(size, -1, 1); }
static void before_8(size_t size) { write_at(size, -8, 8); }

enum { many = 64 };

/// Two blocks of which the second follows the first in memory, the closest of many.
HELPER void neighbours(size_t size, unsigned char **blocks) {
  size_t least = SIZE_MAX, first = 0, second = 0;
  for (int i = 0; i < many; i++) blocks[i] = ALLOC(size);
  for (size_t i = 0; i < many; i++)
    for (size_t j = 0; j < many; j++)
      if (blocks[j] > blocks[i] && (size_t)(blocks[j] - blocks[i]) < least) {
        least = (size_t)(blocks[j] - blocks[i]);
        first = i;
        second = j;
      }
  // Guarded ones have whole pages between them.
  CHECK(least - size < size / 2 + 16384);
  unsigned char *chosen[2] = {blocks[first], blocks[second]};
  blocks[first] = blocks[0];
  blocks[0] = chosen[0];
  if (second == 0) second = first;
  blocks[second] = blocks[1];
  blocks[1] = chosen[1];
}

/// Writes from the end of the lower block through the first byte of the upper one, or only there.
HELPER void write_into_next(size_t size, bool jumps) {
  unsigned char *blocks[many];
  neighbours(size, blocks);
  unsigned char *start = jumps ? blocks[1] : blocks[0] + size;
  if (BAD) flip(start, (size_t)(blocks[1] + 1 - start));
  for (int i = 0; i < many; i++) FREE(blocks[i]);
}

static void past_next(size_t size) { write_into_next(size, false); }
static void jump_next(size_t size) { write_into_next(size ? size : 1, true); }

/// Writes to a block that was freed; says so, and leaves the rest to whoever looks next.
HELPER void write_stale(size_t size, size_t offset, size_t pushed) {
  unsigned char *block = ALLOC(size);
  if (!BAD) flip(block, size);
  FREE(hidden(block));
  if (BAD) flip(block + offset, 1);
  dprintf(1, "went on\n");
  churn(pushed);
  if (pushed) dprintf(1, "pushed out\n");
}

static void stale_now(size_t size) { write_stale(size, size / 2, 0); }
static void stale_leaves(size_t size) { write_stale(size, 0, 32 << 20); }
static void stale_end(size_t size) { write_stale(size, 0, 0); }

static void twice_now(size_t size) {
  void *block = ALLOC(size);
  FREE(hidden(block));
  if (BAD) FREE(hidden(block));
}

/// Allocates and frees blocks that fit in no smaller one's place until older ones have left the
/// quarantine.
HELPER void push_out(void) {
  for (int i = 0; i < 200; i++) FREE(hidden(ALLOC(20000)));
}

/// A block that was freed and has left the quarantine, between two that were in use meanwhile.
HELPER void *free_and_push_out(size_t size) {
  void *below = ALLOC(size), *block = ALLOC(size), *above = ALLOC(size);
  void *stale = hidden(block);
  FREE(block);
  push_out();
  FREE(below);
  FREE(above);
  return stale;
}

static void twice_released(size_t size) {
  void *stale = free_and_push_out(size);
  if (BAD) FREE(stale);
}

/// Waits until the address of a freed block is another's, which the stale pointer frees first.
/// Large blocks need MALLOC_MMAP_THRESHOLD_: else glibc maps the second one no more.
static void twice_reused(size_t size) {
  enum { limit = 1000 };
  static void *others[limit];
  // Blocks around it that stay in use keep its place a place of its own.
  void *below = ALLOC(size), *stale = ALLOC(size), *above = ALLOC(size);
  FREE(hidden(stale));
  push_out();
  int count = 0;
  while (count < limit && (others[count++] = ALLOC(size)) != stale) continue;
  void *owned = others[--count];
  CHECK(owned == stale);
  while (count > 0) FREE(others[--count]);
  FREE(below);
  FREE(above);
  if (BAD) FREE(hidden(stale));
  FREE(owned);
}

static void inside(size_t size) {
  unsigned char *block = ALLOC(size);
  if (BAD) FREE(hidden(block + (size > 1 ? size / 2 : 1)));
  FREE(hidden(block));
}

/// Frees `pointer`, or a block where all is well.
HELPER void free_other(void *pointer, size_t size) {
  void *block = ALLOC(size);
  if (BAD) FREE(hidden(pointer));
  FREE(hidden(block));
}

static void of_stack(size_t size) {
  _Alignas(16) unsigned char local[size + 1];
  flip(local, size + 1);
  free_other(local, size);
}

static void of_global(size_t size) {
  static _Alignas(16) unsigned char global[(1 << 20) + 1];
  free_other(global, size);
}

static void of_mapping(size_t size) {
  void *pages = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  free_other(pages, size);
  munmap(pages, size + 1);
}

// So far from any block that no record is meant.
static void of_nobody(size_t size) { free_other((void *)(0x123456780000 + size * 16), size); }
static void near_null(size_t size) { free_other((void *)size, size); }

#ifdef ZMALLOC
static void wrong_size(size_t size) {
  void *block = zmalloc(size);
  zfree_with_size(block, BAD ? size + 1 : size);
}
#endif

static void resize_now(size_t size) {
  void *block = ALLOC(size);
  FREE(hidden(block));
  if (BAD) FREE(REALLOC(hidden(block), size + 1));
}

static void resize_released(size_t size) {
  void *stale = free_and_push_out(size);
  if (BAD) FREE(REALLOC(stale, size + 1));
}

static void resize_inside(size_t size) {
  unsigned char *block = ALLOC(size);
  if (BAD) FREE(REALLOC(hidden(block + (size > 1 ? size / 2 : 1)), size + 1));
  FREE(REALLOC(hidden(block), size + 1));
}

/// Resizes `pointer`, or a block where all is well.
HELPER void resize_other(void *pointer, size_t size) {
  void *block = ALLOC(size);
  if (BAD) FREE(REALLOC(hidden(pointer), size + 1));
  FREE(REALLOC(hidden(block), size + 1));
}

static void resize_stack(size_t size) {
  _Alignas(16) unsigned char local[size + 1];
  flip(local, size + 1);
  resize_other(local, size);
}

static void resize_global(size_t size) {
  static _Alignas(16) unsigned char global[(1 << 20) + 1];
  resize_other(global, size);
}

static void resize_nobody(size_t size) { resize_other((void *)(0x123456780000 + size * 16), size); }

static const struct {
  const char *name;
  mistake make;
} mistakes[] = {
    {"past-1", past_1},
    {"past-8", past_8},
    {"past-next", past_next},
    {"past-far", past_far},
    {"jump-next", jump_next},
    {"before-1", before_1},
    {"before-8", before_8},
    {"stale-now", stale_now},
    {"stale-leaves", stale_leaves},
    {"stale-end", stale_end},
    {"twice-now", twice_now},
    {"twice-released", twice_released},
    {"twice-reused", twice_reused},
    {"inside", inside},
    {"of-stack", of_stack},
    {"of-global", of_global},
    {"of-mapping", of_mapping},
    {"of-nobody", of_nobody},
    {"near-null", near_null},
#ifdef ZMALLOC
    {"wrong-size", wrong_size},
#endif
    {"resize-now", resize_now},
    {"resize-released", resize_released},
    {"resize-inside", resize_inside},
    {"resize-stack", resize_stack},
    {"resize-global", resize_global},
    {"resize-nobody", resize_nobody},
};

int main(int count, char **values) {
  CHECK(count == 3);
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    if (strcmp(mistakes[i].name, values[1]) != 0) continue;
    mistakes[i].make(argument(count, values, 2, 24));
    return 0;
  }
  CHECK(!"a mistake of the list");
}
