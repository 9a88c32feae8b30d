// zmalloc.h's names in the debug library: each captures the caller's stack and goes on to the
// function in Swift. C, because the unwinder cannot see through Embedded Swift.
#if defined(DEBUG_LAYER) && !defined(PRELOAD)
#include <stdlib.h>

#include "CZMalloc.h"
#include "zmalloc.h"

#define EXPORT __attribute__((visibility("default")))
#define AHEAD(is_free) zmalloc_capture_ahead(is_free, __builtin_return_address(0))

// A function that gives a block or none. What was captured serves this call alone: one that is
// refused reaches no entrance. The store after the call also keeps it from being a tail call.
#define GIVES(type, name, parameters, ...)                \
  type zmalloc_uncaptured_##name parameters;              \
  EXPORT type name parameters {                           \
    uintptr_t *ahead = AHEAD(0);                          \
    type result = zmalloc_uncaptured_##name(__VA_ARGS__); \
    if (ahead) *ahead = 0;                                \
    return result;                                        \
  }

// A function that takes the block `ptr`, or null, of which no entrance hears.
#define TAKES(name, parameters, ...)         \
  void zmalloc_uncaptured_##name parameters; \
  EXPORT void name parameters {              \
    uintptr_t *ahead = ptr ? AHEAD(1) : 0;   \
    zmalloc_uncaptured_##name(__VA_ARGS__);  \
    if (ahead) *ahead = 0;                   \
  }

GIVES(void *, zmalloc, (size_t size), size)
GIVES(void *, zcalloc, (size_t size), size)
GIVES(void *, zcalloc_num, (size_t num, size_t size), num, size)
GIVES(void *, ztrymalloc, (size_t size), size)
GIVES(void *, ztrycalloc, (size_t size), size)
GIVES(void *, ztrycalloc_num, (size_t num, size_t size), num, size)
GIVES(void *, zmalloc_usable, (size_t size, size_t *usable), size, usable)
GIVES(void *, zcalloc_usable, (size_t size, size_t *usable), size, usable)
GIVES(void *, ztrymalloc_usable, (size_t size, size_t *usable), size, usable)
GIVES(void *, ztrycalloc_usable, (size_t size, size_t *usable), size, usable)
GIVES(void *, zaligned_alloc, (size_t alignment, size_t size), alignment, size)
GIVES(void *, ztryaligned_alloc, (size_t alignment, size_t size), alignment, size)
GIVES(void *, zaligned_alloc_usable, (size_t alignment, size_t size, size_t *usable), alignment,
      size, usable)
GIVES(void *, ztryaligned_alloc_usable, (size_t alignment, size_t size, size_t *usable), alignment,
      size, usable)
GIVES(void *, zmalloc_cache_aligned, (size_t size), size)
GIVES(void *, zrealloc, (void *ptr, size_t size), ptr, size)
GIVES(void *, ztryrealloc, (void *ptr, size_t size), ptr, size)
GIVES(void *, zrealloc_usable, (void *ptr, size_t size, size_t *usable), ptr, size, usable)
GIVES(void *, ztryrealloc_usable, (void *ptr, size_t size, size_t *usable), ptr, size, usable)
GIVES(char *, zstrdup, (const char *s), s)
GIVES(char *, ztrystrdup, (const char *s), s)
TAKES(zfree, (void *ptr), ptr)
TAKES(zfree_usable, (void *ptr, size_t *usable), ptr, usable)
TAKES(zfree_with_size, (void *ptr, size_t size), ptr, size)

// Valkey's names for four of them.
#define ALIAS(type, name, parameters, of) EXPORT type name parameters __attribute__((alias(#of)));
ALIAS(void *, valkey_malloc, (size_t size), zmalloc)
ALIAS(void *, valkey_calloc, (size_t size), zcalloc)
ALIAS(void *, valkey_realloc, (void *ptr, size_t size), zrealloc)
ALIAS(void, valkey_free, (void *ptr), zfree)

// Seven objects of a redis built with MALLOC=libc call this on zmalloc's pointers: it answers for
// our blocks and hands all others on.
EXPORT size_t malloc_usable_size(void *pointer) {
  return zmalloc_entrance_public_usable_size(pointer);
}
#else
// SwiftPM wants something in a target that this build has no use for.
extern const unsigned zmalloc_debug_abi_is_not_built_here;
#endif
