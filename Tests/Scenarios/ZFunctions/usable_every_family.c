// Every function that tells the usable size tells what zmalloc_usable_size tells, 0 when it fails,
// and takes NULL for the place to tell it.
#include "../scenario.h"

static const size_t sizes[] = {0, 1, 7, 8, 9, 15, 16, 17, 4095, 4096, 4097, 1 << 20};

/// A size that the compiler cannot know to be too large.
static size_t too_large(void) { return (size_t)hidden((void *)(SIZE_MAX - 30)); }

static void check(char *block, size_t size, size_t usable, int isZeroed) {
  CHECK(block && usable >= size && usable == zmalloc_usable_size(block));
  if (isZeroed) for (size_t i = 0; i < usable; i++) CHECK(!block[i]);
  memset(block, 'b', usable);
}

static void check_allocating(size_t size) {
  void *(*families[])(size_t, size_t *) = {
      zmalloc_usable, ztrymalloc_usable, zcalloc_usable, ztrycalloc_usable};
  for (int i = 0; i < 4; i++) {
    size_t usable = 1, freed = 1;
    void *block = families[i](size, &usable);
    check(block, size, usable, i >= 2);
    zfree_usable(block, &freed);
    CHECK(freed == usable);
    block = families[i](size, NULL);
    check(block, size, zmalloc_usable_size(block), i >= 2);
    zfree_usable(block, NULL);
  }
}

static void check_resizing(size_t size) {
  void *(*families[])(void *, size_t, size_t *) = {zrealloc_usable, ztryrealloc_usable};
  for (int i = 0; i < 2; i++) {
    size_t usable = 1;
    char *block = families[i](NULL, size, &usable);
    check(block, size, usable, 0);
    block = families[i](block, size + 100, &usable);
    CHECK(usable >= size + 100 && usable == zmalloc_usable_size(block));
    for (size_t at = 0; at < size; at++) CHECK(block[at] == 'b');
    block = families[i](block, size + 9, NULL);
    check(block, size, zmalloc_usable_size(block), 0);
    CHECK(families[i](block, 0, &usable) == NULL && usable == 0);
    CHECK(families[i](zmalloc(10), 0, NULL) == NULL);
  }
}

static void check_failing(void) {
  size_t usable = 1;
  CHECK(ztrycalloc_usable(too_large(), &usable) == NULL && usable == 0);
  CHECK(ztrycalloc_usable(too_large(), NULL) == NULL);
  CHECK(ztrymalloc_usable(too_large(), NULL) == NULL);
  char *block = memset(zmalloc(40), 'k', 40);
  usable = 1;
  CHECK(ztryrealloc_usable(block, too_large(), &usable) == NULL && usable == 0);
  CHECK(ztryrealloc_usable(block, too_large(), NULL) == NULL);
  for (int i = 0; i < 40; i++) CHECK(block[i] == 'k');
  zfree(block);
}

static size_t asked;

static void note(size_t size) { asked = size; }

static void check_counted(void) {
  char *block = zcalloc_num(10, 8);
  check(block, 80, zmalloc_usable_size(block), 1);
  zfree(block);
  block = zcalloc_num(0, 8);
  CHECK(block);
  zfree(block);
  zmalloc_set_oom_handler(note);
  CHECK(zcalloc_num((size_t)hidden((void *)(1ul << 32)), 1ul << 32) == NULL && asked == SIZE_MAX);
  asked = 0;
  CHECK(zcalloc_num(10, (size_t)hidden(NULL)) == NULL && asked == SIZE_MAX);
  size_t usable = 1;
  CHECK(zmalloc_usable(too_large(), &usable) == NULL && usable == 0 && asked == too_large());
  usable = 1;
  CHECK(zcalloc_usable(too_large() - 1, &usable) == NULL && usable == 0);
  CHECK(asked == too_large() - 1);
  CHECK(zcalloc_usable(too_large(), NULL) == NULL && asked == too_large());
}

int main(void) {
  size_t before = zmalloc_used_memory(), usable = 1;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    check_allocating(sizes[i]);
    check_resizing(sizes[i]);
  }
  check_failing();
  check_counted();
  zfree_usable(NULL, &usable);
  CHECK(usable == 0);
  zfree_usable(NULL, NULL);
  CHECK(zmalloc_used_memory() == before);
}
