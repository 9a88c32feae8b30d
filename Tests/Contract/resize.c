// The realloc family: contents, the account, and what it does with NULL.
#include "contract.h"

static const size_t path[] = {1,    8,       24,      25,  100,  4096, 100000, 1 << 20,
                              4 << 20, 3 << 20, 200000, 4097, 512, 24,   7};
enum { step_count = sizeof path / sizeof *path };

static int matches(const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i] != (unsigned char)(i * 7 + 3)) return 0;
  return 1;
}

static void fill(unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) bytes[i] = (unsigned char)(i * 7 + 3);
}

static void resize_content(void) {
  for (const struct resizing *one = resizings; one->name; one++) {
    int wrong = 0;
    size_t before = 0, usable = 0;
    unsigned char *block = NULL;
    for (int i = 0; i < step_count; i++) {
      block = (unsigned char *)one->resize(block, hidden(path[i]), &usable);
      if (!matches(block, before < path[i] ? before : path[i])) wrong++;
      if (counted() != (long long)zmalloc_size(block)) wrong++;
      fill(block, path[i]);
      before = path[i];
    }
    zfree(block);
    say("%s wrong %d left %lld", one->name, wrong, counted());
  }
}

static void resize_null(void) {
  for (const struct resizing *one = resizings; one->name; one++) {
    size_t usable = 77;
    void *block = one->resize(NULL, hidden(9), &usable);
    say("%s %s usable %zu counted %lld", one->name, word(block), usable, counted());
    zfree(block);
  }
  say("left %lld", counted());
}

static void resize_same(void) {
  for (const struct resizing *one = resizings; one->name; one++) {
    unsigned char *block = (unsigned char *)zmalloc(100);
    fill(block, 100);
    size_t usable = 77;
    unsigned char *resized = (unsigned char *)one->resize(block, hidden(100), &usable);
    say("%s content %d usable_covers %d counted_for %d", one->name, matches(resized, 100),
        usable >= 100, counted() == (long long)zmalloc_size(resized));
    zfree(resized);
  }
  say("left %lld", counted());
}

// Many blocks that move past each other: the account is theirs at every moment.
static void resize_many(void) {
  enum { block_count = 200 };
  void *blocks[block_count] = {NULL};
  int wrong = 0;
  for (int round = 1; round <= 20; round++) {
    long long sum = 0;
    for (int i = 0; i < block_count; i++) {
      size_t size = (size_t)((i * 37 + round * 101) % 3000 + 1);
      blocks[i] = round % 2 ? zrealloc(blocks[i], size) : ztryrealloc(blocks[i], size);
    }
    for (int i = 0; i < block_count; i++) sum += (long long)zmalloc_size(blocks[i]);
    if (sum != counted()) wrong++;
  }
  for (int i = 0; i < block_count; i++) zfree(blocks[i]);
  say("wrong %d left %lld", wrong, counted());
}

const struct contract_case resize_cases[] = {{"resize_content", resize_content},
                                             {"resize_null", resize_null},
                                             {"resize_same", resize_same},
                                             {"resize_many", resize_many},
                                             {NULL, NULL}};
