// The sizes that the allocator below gives, asked for once, and jemalloc's malloc, found at the
// start. C for the storage, the constructor and dlsym.
#include "zmalloc_sizes.h"

#include "zmalloc_backend.h"

uint16_t zmalloc_small_sizes[ZMALLOC_SMALL_SIZE / 16 + 1] __attribute__((aligned(64)));

#if defined(JEMALLOC)
#include <dlfcn.h>
#include <jemalloc/jemalloc.h>
#define SIZE_OF_REQUEST(size) nallocx(size, 0)
#elif defined(MIMALLOC)
#include <mimalloc.h>
#define SIZE_OF_REQUEST(size) mi_good_size(size)
#elif defined(TCMALLOC)
#include <gperftools/nallocx.h>
#define SIZE_OF_REQUEST(size) tc_nallocx(size, 0)
#endif

bool zmalloc_learn_sizes(void) {
#if defined(SIZE_OF_REQUEST)
  enum { unknown, asking, known };
  static int state;
  int seen = __atomic_load_n(&state, __ATOMIC_ACQUIRE);
  if (seen == known) return true;
  // One thread writes them. Those who read them know that they are all there, and read plainly.
  if (seen == asking || !__atomic_compare_exchange_n(&state, &seen, asking, false, __ATOMIC_ACQUIRE,
                                                     __ATOMIC_RELAXED))
    return false;
  for (size_t i = 1; i <= ZMALLOC_SMALL_SIZE / 16; i++)
    zmalloc_small_sizes[i] = (uint16_t)SIZE_OF_REQUEST(i * 16);
  __atomic_store_n(&state, known, __ATOMIC_RELEASE);
  return true;
#elif defined(ZMALLOC_READS_CHUNKS) && !defined(PREFIX) && !defined(DEBUG_LAYER)
  return zmalloc_reads_chunks;
#else
  return true;
#endif
}

#ifdef JEMALLOC

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
#endif
