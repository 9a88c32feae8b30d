// Over libc: the size of a block is read from glibc's header where malloc is glibc's, and asked for
// where it is not. This program stands between: it counts the questions. The argument says whether
// there should be any: `reads`, `asks`, or nothing where somebody answers before us.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmalloc.h"

static long questions;

__attribute__((visibility("default"))) size_t malloc_usable_size(void *pointer) {
  static size_t (*next)(void *);
  if (!next) next = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
  questions++;
  return next(pointer);
}

int main(int argc, char **argv) {
  int asks = argc > 1 && strcmp(argv[1], "asks") == 0, mistakes = 0;
  int reads = argc > 1 && strcmp(argv[1], "reads") == 0;
  questions = 0;
  for (size_t size = 0; size < 3000; size++) {
    size_t usable = 0;
    char *block = (char *)zmalloc_usable(size, &usable);
    if (usable < size) mistakes++;
    memset(block, 1, usable);
    zfree(block);
  }
  if (asks && questions < 6000) mistakes++;
  if (reads && questions != 0) mistakes++;
  if (zmalloc_used_memory() != 0) mistakes++;
  printf("chunks: %ld questions, %d mistakes\n", questions, mistakes);
  return mistakes != 0;
}
