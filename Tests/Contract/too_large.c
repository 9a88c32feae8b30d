// Sizes that cannot be had: half of the address space and what is next to it, products that
// overflow, and sizes that the backend is asked for and refuses.
#include "contract.h"

static void refuse(size_t size) {
  zmalloc_set_oom_handler(note_failure);
  for (const struct family *one = families; one->name; one++) {
    size_t usable = 77;
    void *block = one->allocate(hidden(size), &usable);
    say("%s %s usable %zu counted %lld handler %d size %zu", one->name, word(block), usable,
        counted(), failures, failed_size);
    forget_failures();
  }
}

static void too_large_refused(void) { refuse((size_t)1 << 47); }
static void too_large_below_half(void) { refuse(SIZE_MAX / 2 - 1); }
static void too_large_half(void) { refuse(SIZE_MAX / 2); }
static void too_large_above_half(void) { refuse(SIZE_MAX / 2 + 1); }
static void too_large_all(void) { refuse(SIZE_MAX); }

static void refuse_resize(size_t size) {
  zmalloc_set_oom_handler(note_failure);
  for (const struct resizing *one = resizings; one->name; one++) {
    char *block = (char *)zmalloc(100);
    memset(block, 'k', 100);
    size_t usable = 77;
    void *resized = one->resize(block, hidden(size), &usable);
    int kept = 0;
    while (kept < 100 && block[kept] == 'k') kept++;
    // The block is still a block, and still counted.
    say("%s %s usable %zu kept %d counted_for %d handler %d size %zu", one->name, word(resized),
        usable, kept, counted() == (long long)zmalloc_size(block), failures, failed_size);
    zfree(block);
    forget_failures();
  }
  say("left %lld", counted());
}

static void too_large_resize_refused(void) { refuse_resize((size_t)1 << 47); }
static void too_large_resize_below_half(void) { refuse_resize(SIZE_MAX / 2 - 1); }
static void too_large_resize_half(void) { refuse_resize(SIZE_MAX / 2); }
static void too_large_resize_above_half(void) { refuse_resize(SIZE_MAX / 2 + 1); }
static void too_large_resize_all(void) { refuse_resize(SIZE_MAX); }

static void multiply(size_t num, size_t size) {
  void *block = zcalloc_num(hidden(num), hidden(size));
  say("zcalloc_num %s handler %d size %zu", word(block), failures, failed_size);
  zfree(block);
  forget_failures();
  block = ztrycalloc_num(hidden(num), hidden(size));
  say("ztrycalloc_num %s handler %d size %zu", word(block), failures, failed_size);
  zfree(block);
  forget_failures();
}

static void too_large_products(void) {
  zmalloc_set_oom_handler(note_failure);
  // Wraps to 0, to 2, to 1.
  multiply((size_t)1 << 32, (size_t)1 << 32);
  multiply(SIZE_MAX / 2 + 2, 2);
  multiply(SIZE_MAX, SIZE_MAX);
  // Fits in size_t, and is half of the address space.
  multiply(SIZE_MAX / 4 + 1, 2);
  multiply(10, 8);
  say("left %lld", counted());
}

static void too_large_no_place(void) {
  zmalloc_set_oom_handler(note_failure);
  size_t size = hidden(SIZE_MAX);
  say("zmalloc_usable %s", word(zmalloc_usable(size, NULL)));
  say("zcalloc_usable %s", word(zcalloc_usable(size, NULL)));
  say("ztrymalloc_usable %s", word(ztrymalloc_usable(size, NULL)));
  say("ztrycalloc_usable %s", word(ztrycalloc_usable(size, NULL)));
  void *block = zmalloc(100);
  say("zrealloc_usable %s", word(zrealloc_usable(block, size, NULL)));
  say("ztryrealloc_usable %s", word(ztryrealloc_usable(block, size, NULL)));
  zfree(block);
  say("left %lld", counted());
}

const struct contract_case too_large_cases[] = {
    {"too_large_refused", too_large_refused},
    {"too_large_below_half", too_large_below_half},
    {"too_large_half", too_large_half},
    {"too_large_above_half", too_large_above_half},
    {"too_large_all", too_large_all},
    {"too_large_resize_refused", too_large_resize_refused},
    {"too_large_resize_below_half", too_large_resize_below_half},
    {"too_large_resize_half", too_large_resize_half},
    {"too_large_resize_above_half", too_large_resize_above_half},
    {"too_large_resize_all", too_large_resize_all},
    {"too_large_products", too_large_products},
    {"too_large_no_place", too_large_no_place},
    {NULL, NULL}};
