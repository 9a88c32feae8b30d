// Aligned blocks: every power of two, alignments that are none, sizes and alignments that cannot be
// had, and the ways back.
#include "contract.h"

/// A function that aligns; zmalloc_cache_aligned has one alignment.
struct aligning {
  const char *name;
  void *(*allocate)(size_t alignment, size_t size, size_t *usable);
};

static void *plain(size_t alignment, size_t size, size_t *usable) {
  void *block = zaligned_alloc(alignment, size);
  *usable = zmalloc_usable_size(block);
  return block;
}
static void *trying(size_t alignment, size_t size, size_t *usable) {
  void *block = ztryaligned_alloc(alignment, size);
  *usable = zmalloc_usable_size(block);
  return block;
}

static const struct aligning functions[] = {{"zaligned_alloc", plain},
                                            {"zaligned_alloc_usable", zaligned_alloc_usable},
                                            {"ztryaligned_alloc", trying},
                                            {"ztryaligned_alloc_usable", ztryaligned_alloc_usable},
                                            {NULL, NULL}};

static const size_t sizes[] = {0, 1, 8, 16, 100, 4096, 5000, 1 << 20};
enum { size_count = sizeof sizes / sizeof *sizes };

static int check(char *block, size_t alignment, size_t size, size_t usable) {
  if (!block || (uintptr_t)block % alignment || usable < size) return 1;
  if (usable != zmalloc_usable_size(block)) return 1;
  if (counted() != (long long)zmalloc_size(block)) return 1;
  memset(extend_to_usable(block, usable), 0xA5, usable);
  return 0;
}

static void aligned_everywhere(void) {
  for (const struct aligning *one = functions; one->name; one++) {
    int wrong = 0;
    for (size_t alignment = 1; alignment <= 4 << 20; alignment *= 2) {
      for (int i = 0; i < size_count; i++) {
        size_t usable = 77;
        char *block = (char *)one->allocate(hidden(alignment), hidden(sizes[i]), &usable);
        wrong += check(block, alignment, sizes[i], usable);
        if (i % 2) zfree_with_size(block, usable);
        else zfree(block);
        if (counted() != 0) wrong++;
      }
    }
    say("%s wrong %d", one->name, wrong);
  }
}

static void aligned_to_cache(void) {
  int wrong = 0;
  for (int i = 0; i < size_count; i++) {
    char *block = (char *)zmalloc_cache_aligned(hidden(sizes[i]));
    wrong += check(block, 64, sizes[i], zmalloc_usable_size(block));
    zfree(block);
  }
  say("wrong %d left %lld", wrong, counted());
  zmalloc_set_oom_handler(note_failure);
  void *block = zmalloc_cache_aligned(hidden(SIZE_MAX));
  say("%s handler %d size %zu", word(block), failures, failed_size);
}

static void aligned_to_none(void) {
  static const size_t none[] = {0, 3, 24, SIZE_MAX / 2, SIZE_MAX - 15, SIZE_MAX};
  zmalloc_set_oom_handler(note_failure);
  for (const struct aligning *one = functions; one->name; one++) {
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
      size_t usable = 77;
      errno = 0;
      void *block = one->allocate(hidden(none[i]), hidden(100), &usable);
      int code = errno;
      say("%s %zu %s EINVAL %d usable %zu handler %d", one->name, none[i], word(block),
          code == EINVAL, usable, failures);
    }
  }
}

static void aligned_too_large(void) {
  static const size_t large[] = {(size_t)1 << 47, SIZE_MAX / 2 - 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
                                 SIZE_MAX};
  zmalloc_set_oom_handler(note_failure);
  for (const struct aligning *one = functions; one->name; one++) {
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
      size_t usable = 77;
      void *block = one->allocate(hidden(64), hidden(large[i]), &usable);
      say("%s %s usable %zu handler %d size %zu", one->name, word(block), usable, failures,
          failed_size);
      forget_failures();
    }
  }
  say("left %lld", counted());
}

static void aligned_too_far(void) {
  zmalloc_set_oom_handler(note_failure);
  for (const struct aligning *one = functions; one->name; one++) {
    for (int shift = 47; shift <= 63; shift += 8) {
      size_t usable = 77;
      void *block = one->allocate(hidden((size_t)1 << shift), hidden(100), &usable);
      say("%s %s usable %zu handler %d size %zu", one->name, word(block), usable, failures,
          failed_size);
      forget_failures();
    }
  }
  say("left %lld", counted());
}

static void aligned_resized(void) {
  for (const struct resizing *one = resizings; one->name; one++) {
    int wrong = 0;
    for (size_t alignment = 32; alignment <= 1 << 16; alignment *= 8) {
      for (size_t size = 1; size <= 1 << 18; size *= 16) {
        size_t usable = 0;
        char *block = (char *)memset(zaligned_alloc(alignment, 300), 'k', 300);
        block = (char *)one->resize(block, hidden(size), &usable);
        for (size_t at = 0; at < size && at < 300; at++) wrong += block[at] != 'k';
        if (usable < size || counted() != (long long)zmalloc_size(block)) wrong++;
        memset(block, 'j', usable);
        zfree(block);
      }
    }
    say("%s wrong %d left %lld", one->name, wrong, counted());
  }
}

static void aligned_no_place(void) {
  void *first = zaligned_alloc_usable(64, 9, NULL);
  void *second = ztryaligned_alloc_usable(64, 9, NULL);
  say("%s %s", word(first), word(second));
  zfree(first);
  zfree(second);
  say("%s", word(ztryaligned_alloc_usable(64, hidden(SIZE_MAX), NULL)));
  say("%s left %lld", word(ztryaligned_alloc_usable(hidden(3), 9, NULL)), counted());
}

const struct contract_case aligned_cases[] = {{"aligned_everywhere", aligned_everywhere},
                                              {"aligned_to_cache", aligned_to_cache},
                                              {"aligned_to_none", aligned_to_none},
                                              {"aligned_too_large", aligned_too_large},
                                              {"aligned_too_far", aligned_too_far},
                                              {"aligned_resized", aligned_resized},
                                              {"aligned_no_place", aligned_no_place},
                                              {NULL, NULL}};
