// Storage of the sizes that the allocator below gives, and jemalloc's malloc, found at the start. C
// for the constructor and for dlsym.
#include "zmalloc_sizes.h"

uint16_t zmalloc_small_sizes[ZMALLOC_SMALL_SIZE / 16 + 1] __attribute__((aligned(64)));

#ifdef JEMALLOC
#include <dlfcn.h>
#include <jemalloc/jemalloc.h>

static void *by_mallocx(size_t size) { return mallocx(size, 0); }
static void *by_mallocx_zeroed(size_t count, size_t size) {
  return mallocx(count * size, MALLOCX_ZERO);
}
static void by_dallocx(void *pointer) { dallocx(pointer, 0); }

void *(*zmalloc_jemalloc_malloc)(size_t size) = by_mallocx;
void *(*zmalloc_jemalloc_calloc)(size_t count, size_t size) = by_mallocx_zeroed;
void (*zmalloc_jemalloc_free)(void *pointer) = by_dallocx;

// A function of this name in the same file as mallocx; null where there is none.
static void *beside_mallocx(void *library, const char *name) {
  Dl_info here, there;
  void *found = dlsym(library, name);
  if (!found || !dladdr((void *)mallocx, &here) || !dladdr(found, &there)) return 0;
  return here.dli_fbase == there.dli_fbase ? found : 0;
}

__attribute__((constructor)) static void find_malloc(void) {
  Dl_info info;
  if (!dladdr((void *)mallocx, &info)) return;
  void *library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  void *found = beside_mallocx(library ? library : RTLD_DEFAULT, "malloc");
  void *zeroed = beside_mallocx(library ? library : RTLD_DEFAULT, "calloc");
  if (found) zmalloc_jemalloc_malloc = (void *(*)(size_t))found;
  if (zeroed) zmalloc_jemalloc_calloc = (void *(*)(size_t, size_t))zeroed;
  void *freeing = beside_mallocx(library ? library : RTLD_DEFAULT, "free");
  if (freeing) zmalloc_jemalloc_free = (void (*)(void *))freeing;
  if (library) dlclose(library);
}

const volatile uint64_t *zmalloc_jemalloc_freed(void) {
  uint64_t *freed = 0;
  size_t size = sizeof freed;
  return mallctl("thread.deallocatedp", &freed, &size, 0, 0) == 0 ? freed : 0;
}

size_t zmalloc_jemalloc_free_slowly(void *pointer) {
  size_t size = sallocx(pointer, 0);
  zmalloc_count_freed(size);
  zmalloc_jemalloc_free(pointer);
  return size;
}
#endif
