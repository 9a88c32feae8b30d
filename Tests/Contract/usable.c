// The usable size: what each backend gives for a small request, and what every function says of it.
#include "contract.h"

static const size_t sizes[] = {0,   1,   7,    8,    9,    15,      16,      17,     24,   25,
                               100, 512, 4095, 4096, 4097, 1 << 17, 1 << 20, 5 << 20};
enum { size_count = sizeof sizes / sizeof *sizes };

static void usable_small(void) {
  for (int i = 0; i < 10; i++) {
    size_t usable = 77;
    void *block = zmalloc_usable(hidden(sizes[i]), &usable);
    say("%zu usable %zu counted %lld", sizes[i], usable, counted());
    zfree(block);
  }
  say("left %lld", counted());
}

// Every function, every size: what it says is what zmalloc_usable_size says, and may be written.
static void usable_everywhere(void) {
  for (const struct family *one = families; one->name; one++) {
    int wrong = 0;
    for (int i = 0; i < size_count; i++) {
      size_t usable = 77, freed = 77;
      char *block = (char *)one->allocate(hidden(sizes[i]), &usable);
      if (!block || usable < sizes[i] || usable != zmalloc_usable_size(block)) wrong++;
      if ((long long)zmalloc_size(block) != counted()) wrong++;
      memset(block, 0xA5, usable);
      zfree_usable(block, &freed);
      if (freed != usable || counted() != 0) wrong++;
    }
    say("%s wrong %d", one->name, wrong);
  }
}

static void usable_resized(void) {
  for (const struct resizing *one = resizings; one->name; one++) {
    int wrong = 0;
    void *block = NULL;
    for (int i = 1; i < size_count; i++) {
      size_t usable = 77;
      block = one->resize(block, hidden(sizes[i]), &usable);
      if (!block || usable < sizes[i] || usable != zmalloc_usable_size(block)) wrong++;
      if ((long long)zmalloc_size(block) != counted()) wrong++;
      memset(block, 0xA5, usable);
    }
    zfree(block);
    say("%s wrong %d left %lld", one->name, wrong, counted());
  }
}

static void usable_no_place(void) {
  void *blocks[] = {zmalloc_usable(9, NULL),       zcalloc_usable(9, NULL),
                    ztrymalloc_usable(9, NULL),    ztrycalloc_usable(9, NULL),
                    zrealloc_usable(NULL, 9, NULL), ztryrealloc_usable(NULL, 9, NULL)};
  for (int i = 0; i < 6; i++) {
    say("%s", word(blocks[i]));
    zfree_usable(blocks[i], NULL);
  }
  say("%s", word(zrealloc_usable(zmalloc(9), hidden(0), NULL)));
  say("%s", word(ztryrealloc_usable(zmalloc(9), hidden(0), NULL)));
  say("left %lld", counted());
}

// What was written before comes back zeroed, past the request as well.
static void usable_zeroed(void) {
  for (const struct family *one = families; one->name; one++) {
    if (!one->is_zeroed) continue;
    int dirty = 0;
    for (int i = 0; i < size_count; i++) {
      size_t usable = 0;
      char *before = (char *)zmalloc_usable(sizes[i], &usable);
      memset(before, 0xA5, usable);
      zfree(before);
      char *block = (char *)one->allocate(sizes[i], &usable);
      for (size_t at = 0; at < usable; at++) dirty += block[at] != 0;
      zfree(block);
    }
    say("%s dirty %d", one->name, dirty);
  }
}

// All are aligned to 16 bytes, those of allocators that align small blocks to 8 too.
static void usable_aligned(void) {
  for (const struct family *one = families; one->name; one++) {
    int wrong = 0;
    for (int i = 0; i < size_count; i++) {
      void *kept[5];
      for (int k = 0; k < 5; k++) {
        size_t usable = 0;
        kept[k] = one->allocate(sizes[i], &usable);
        if ((uintptr_t)kept[k] % 16) wrong++;
      }
      for (int k = 0; k < 5; k++) zfree(kept[k]);
    }
    say("%s wrong %d", one->name, wrong);
  }
}

const struct contract_case usable_cases[] = {{"usable_small", usable_small},
                                             {"usable_everywhere", usable_everywhere},
                                             {"usable_resized", usable_resized},
                                             {"usable_no_place", usable_no_place},
                                             {"usable_zeroed", usable_zeroed},
                                             {"usable_aligned", usable_aligned},
                                             {NULL, NULL}};
