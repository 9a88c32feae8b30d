// The sizes that are noted by page: what is found again, and what no more. Compiled with
// Sources/CZMalloc/pages.c alone, as over mimalloc or jemalloc; its pages are no memory.
#include <stdio.h>

#include "zmalloc_pages.h"

static int mistakes;

static void check(int holds, const char *what) {
  if (holds) return;
  mistakes++;
  printf("%s\n", what);
}

#ifdef MIMALLOC
enum { shift = 16 };
#else
enum { shift = 12 };
#endif
enum { length = 1 << shift };
// Two pages of one entry, one of another.
static char *const page = (char *)0x7f1234560000, *const twin = (char *)0x7f1334560000;
static char *const other = (char *)0x7f1234560000 + length;
// The page whose entry NULL has as well.
static char *const same_as_null = (char *)0x7f1200000000;

// The size that is found for a block; 77 when none is.
static size_t found(const char *block) {
  uint64_t entry = zmalloc_page_entry(block, shift);
  return zmalloc_entry_is_of(entry, block) ? zmalloc_entry_size(entry) : 77;
}

int main(void) {
  check(found(page) == 77, "nothing was noted, and something is found");
  zmalloc_remember_size(page + 48, 48, shift);
  check(found(page) == 48 && found(page + length - 1) == 48, "a block of the page is not found");
  check(found(page - 1) == 77 && found(page + length) == 77, "a block of the next page is found");
  zmalloc_remember_size(other, 96, shift);
  check(found(page) == 48 && found(other + 5) == 96, "two pages are not kept apart");
  zmalloc_remember_size(page, 1024, shift);
  check(found(page + 48) == 1024, "a page in its next life has the sizes of the last one");
  zmalloc_remember_size(twin, 32, shift);
  check(found(page) == 77 && found(twin) == 32, "a page is found though another has its entry");
  zmalloc_remember_size(page, 65535, shift);
  check(found(page) == 65535 && found(twin) == 77, "the largest size is not found");
  zmalloc_remember_size(page, 65536, shift);
  check(found(page) == 77, "a size that is too large is found");
  zmalloc_remember_size(page, 16, shift);
  check(found(page) == 16, "a page stays unknown after a large block");
  check(found(NULL) == 0, "NULL has a size");
  zmalloc_remember_size(same_as_null, 80, shift);
  check(found(NULL) == 77 && found(same_as_null) == 80, "NULL has the size of another page");
#ifdef MIMALLOC
  zmalloc_remember_mixed(page, shift);
  check(found(page) == 77, "a page of several sizes is found");
  zmalloc_remember_size(page, 16, shift);
  zmalloc_remember_size(twin, 16, shift);
  check(found(page) == 77 && found(twin) == 77, "what is mixed does not stay so");
#endif
  check(found(other) == 96, "another entry was touched");
  printf("entries: %d mistakes\n", mistakes);
  return mistakes != 0;
}
