// What zmalloc_size, zmalloc_usable_size and extend_to_usable say.
#include "contract.h"

static void size_null(void) {
  say("size %zu usable %zu", zmalloc_size(NULL), zmalloc_usable_size(NULL));
}

// zmalloc_size is what the block counts for: the difference is the header of builds that have one.
static void size_counts(void) {
  static const size_t sizes[] = {0, 9, 100, 5000, 1 << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    void *block = zmalloc(sizes[i]);
    say("%zu header %zu counted_for %d", sizes[i], zmalloc_size(block) - zmalloc_usable_size(block),
        counted() == (long long)zmalloc_size(block));
    zfree(block);
  }
}

static void size_extended(void) {
  char *block = (char *)zmalloc(9);
  say("same %d", extend_to_usable(block, zmalloc_usable_size(block)) == block);
  say("null %s", word(extend_to_usable(NULL, 0)));
  say("counted_for %d", counted() == (long long)zmalloc_size(block));
  zfree(block);
}

const struct contract_case size_cases[] = {{"size_null", size_null},
                                           {"size_counts", size_counts},
                                           {"size_extended", size_extended},
                                           {NULL, NULL}};
