// What this process's libc says of its allocator: whether the blocks are as we know them, and how
// much memory it holds. C for the constructor, and for libc's structs.
#include "zmalloc_backend.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void zmalloc_dismiss_pages(void *start, size_t byte_count) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)start + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)start + byte_count) & ~(page - 1);
  if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
}

#if defined(__linux__)
#include <sys/uio.h>

bool zmalloc_can_read(const void *address, size_t byte_count) {
  char bytes[64];
  struct iovec local = {bytes, byte_count}, remote = {(void *)address, byte_count};
  return byte_count <= sizeof bytes &&
         process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)byte_count;
}
#endif

#if defined(__APPLE__)
struct zmalloc_libc_figures zmalloc_read_libc_figures(void) {
  malloc_statistics_t all;
  malloc_zone_statistics(0, &all);
  return (struct zmalloc_libc_figures){all.size_in_use, all.size_allocated, 0};
}
#elif defined(__GLIBC__)
struct zmalloc_libc_figures zmalloc_read_libc_figures(void) {
#if __GLIBC_PREREQ(2, 33)
  struct mallinfo2 all = mallinfo2();
#else
  struct mallinfo all = mallinfo();
#endif
  // Large blocks are mapped each for itself and stand in no other sum.
  size_t mapped = (size_t)all.hblkhd;
  return (struct zmalloc_libc_figures){(size_t)all.uordblks + mapped, (size_t)all.arena + mapped,
                                       0};
}
#else
struct zmalloc_libc_figures zmalloc_read_libc_figures(void) {
  return (struct zmalloc_libc_figures){0, 0, 0};
}
#endif

#if defined(__GLIBC__)
bool zmalloc_reads_chunks;

size_t zmalloc_ask_usable_size(void *pointer) { return malloc_usable_size(pointer); }

#if defined(ZMALLOC_READS_CHUNKS) && !defined(DEBUG_LAYER)
// A block's size by its header, and by glibc's word.
static bool agrees(size_t size) {
  void *block = malloc(size);
  if (!block) return false;
  zmalloc_reads_chunks = true;
  size_t read = zmalloc_backend_usable_size(block);
  zmalloc_reads_chunks = false;
  bool same = read == malloc_usable_size(block);
  free(block);
  return same;
}

// Where libc's public name is not the one below it, somebody took malloc over. mimalloc and
// tcmalloc take both: their smallest block for 9 bytes has 16, Valgrind's has 9, glibc's 24 (or 40,
// from a remainder). Only then is a header looked at. A program that is not position independent
// may see other addresses for its own two names: it goes on by calls.
__attribute__((constructor)) static void look(void) {
  // Volatile: a compiler takes two names for two functions, and the comparison for decided.
  const void *volatile names[] = {(void *)malloc,  (void *)__libc_malloc,  (void *)free,
                                  (void *)__libc_free, (void *)realloc, (void *)__libc_realloc};
  if (names[0] != names[1] || names[2] != names[3] || names[4] != names[5]) return;
  void *block = malloc(9);
  size_t usable = block ? malloc_usable_size(block) : 0;
  free(block);
  if (usable != 24 && usable != 40) return;
  // The last is mapped for itself.
  if (agrees(1) && agrees(24) && agrees(1000) && agrees(70000) && agrees((size_t)40 << 20))
    zmalloc_reads_chunks = true;
}
#endif
#endif

#if defined(PREFIX) && defined(EMBEDDED) && !defined(DEBUG_LAYER)
#include <dlfcn.h>

// Objects that were built for libc's malloc call this on our blocks, which libc would take for its
// own: it answers for ours and hands all others on.
__attribute__((visibility("default"))) size_t malloc_usable_size(void *pointer) {
  static size_t (*next)(void *);
  size_t usable;
  if (!pointer) return 0;
  if (zmalloc_has_header(pointer, &usable)) return usable;
  size_t (*found)(void *) = __atomic_load_n(&next, __ATOMIC_RELAXED);
  if (!found) {
    found = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
    __atomic_store_n(&next, found, __ATOMIC_RELAXED);
  }
  return found ? found(pointer) : 0;
}
#endif
