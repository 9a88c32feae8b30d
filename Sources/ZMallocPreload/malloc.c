// libc's malloc family. Each function is an entrance of the layer; what libc says of sizes and
// alignments is said here. C, because the unwinder cannot see through Embedded Swift, and for
// libc's names.
#ifdef PRELOAD
#include <errno.h>
#include <stdlib.h>

#include "CZMalloc.h"
#include "ZMallocPreload.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT const struct zmalloc_elsewhere zmalloc_preload_entrances = {
    .allocate = zmalloc_entrance_allocate,
    .reallocate = zmalloc_entrance_reallocate,
    .free = zmalloc_entrance_free,
    .usable_size = zmalloc_entrance_usable_size,
    .record = zmalloc_entrance_record,
    .check = zmalloc_entrance_check,
    .suspend_faults = zmalloc_entrance_suspend_faults,
    .begin_handler = zmalloc_entrance_begin_handler,
    .end_handler = zmalloc_entrance_end_handler,
    .capture_ahead = zmalloc_capture_ahead,
    .annotate = zmalloc_entrance_annotate,
    .check_leaks = zmalloc_entrance_check_leaks,
    .mark = zmalloc_entrance_mark,
};

enum { call_malloc = ZMALLOC_FAMILY_MALLOC, page_size = 4096 };

// Where the entrance is no tail call its caller is this file, and without an unwinder nobody looks
// behind that.
static inline void keep_caller(uint32_t is_free, void *caller) {
  if (!zmalloc_switches.backtrace) zmalloc_capture_ahead(is_free, caller);
}

EXPORT void *malloc(size_t size) { return zmalloc_entrance_allocate(size, 16, call_malloc); }

EXPORT void free(void *pointer) {
  // free keeps errno (POSIX 2024, glibc since 2.33).
  int saved = errno;
  if (pointer) keep_caller(1, __builtin_return_address(0));
  zmalloc_entrance_free(pointer, ZMALLOC_NO_EXPECTED_SIZE, call_malloc);
  errno = saved;
}

EXPORT void cfree(void *pointer) { free(pointer); }

EXPORT void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return 0;
  }
  return zmalloc_entrance_allocate(bytes, 16, call_malloc | ZMALLOC_CALL_ZEROED);
}

EXPORT void *realloc(void *pointer, size_t size) {
  return zmalloc_entrance_reallocate(pointer, size, call_malloc);
}

EXPORT void *reallocarray(void *pointer, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return 0;
  }
  return zmalloc_entrance_reallocate(pointer, bytes, call_malloc);
}

// glibc rounds an alignment that is none up to the next power of two, and refuses those past half
// of the address space.
static size_t rounded(size_t alignment) {
  if (alignment <= 16) return 16;
  if (alignment > SIZE_MAX / 2 + 1) return 0;
  size_t power = 16;
  while (power < alignment) power *= 2;
  return power;
}

// Inlined, so that the entrance's caller is the program.
ZMALLOC_ALWAYS_INLINE void *allocate_aligned(size_t alignment, size_t size) {
  size_t power = rounded(alignment);
  if (!power) {
    errno = EINVAL;
    return 0;
  }
  return zmalloc_entrance_allocate(size, power, call_malloc);
}

EXPORT void *memalign(size_t alignment, size_t size) { return allocate_aligned(alignment, size); }

EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  return allocate_aligned(alignment, size);
}

EXPORT int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1))) return EINVAL;
  int saved = errno;
  keep_caller(0, __builtin_return_address(0));
  void *pointer = zmalloc_entrance_allocate(size, alignment < 16 ? 16 : alignment, call_malloc);
  errno = saved;
  if (!pointer) return ENOMEM;
  *result = pointer;
  return 0;
}

EXPORT void *valloc(size_t size) {
  return zmalloc_entrance_allocate(size, page_size, call_malloc);
}

EXPORT void *pvalloc(size_t size) {
  size_t bytes;
  if (__builtin_add_overflow(size, page_size - 1, &bytes)) {
    errno = ENOMEM;
    return 0;
  }
  return zmalloc_entrance_allocate(bytes & ~(size_t)(page_size - 1), page_size, call_malloc);
}

// zmalloc.h's, for a program that asks for a recording.
EXPORT int zmalloc_debug_write_recording(const char *path) { return zmalloc_entrance_record(path); }
EXPORT unsigned zmalloc_debug_mark(void) { return zmalloc_entrance_mark(); }

EXPORT int zmalloc_debug_check(void) { return zmalloc_entrance_check(); }

EXPORT size_t malloc_usable_size(void *pointer) { return zmalloc_entrance_usable_size(pointer); }
#else
// SwiftPM wants something in a target that this build has no use for.
extern const unsigned zmalloc_preload_is_not_built_here;
#endif
