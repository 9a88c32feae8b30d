// zmalloc.h's names in the debug library: each captures the caller's stack and goes on to the
// function in Swift. C, because the unwinder cannot see through Embedded Swift.
#if defined(DEBUG_LAYER) && !defined(PRELOAD)
#include <stdlib.h>

#include "CZMalloc.h"
#include "zmalloc.h"

#define EXPORT __attribute__((visibility("default")))
#define AHEAD(is_free) zmalloc_capture_ahead(is_free, __builtin_return_address(0))
// Not a tail call: the capture serves a call whose frame lies below this one.
#define KEEP_FRAME(result) __asm__ volatile("" : "+r"(result))

void *zmalloc_uncaptured_zmalloc(size_t size);
EXPORT void *zmalloc(size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zmalloc(size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_zcalloc(size_t size);
EXPORT void *zcalloc(size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zcalloc(size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_zcalloc_num(size_t num, size_t size);
EXPORT void *zcalloc_num(size_t num, size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zcalloc_num(num, size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztrymalloc(size_t size);
EXPORT void *ztrymalloc(size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztrymalloc(size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztrycalloc(size_t size);
EXPORT void *ztrycalloc(size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztrycalloc(size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztrycalloc_num(size_t num, size_t size);
EXPORT void *ztrycalloc_num(size_t num, size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztrycalloc_num(num, size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_zmalloc_usable(size_t size, size_t *usable);
EXPORT void *zmalloc_usable(size_t size, size_t *usable) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zmalloc_usable(size, usable);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_zcalloc_usable(size_t size, size_t *usable);
EXPORT void *zcalloc_usable(size_t size, size_t *usable) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zcalloc_usable(size, usable);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztrymalloc_usable(size_t size, size_t *usable);
EXPORT void *ztrymalloc_usable(size_t size, size_t *usable) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztrymalloc_usable(size, usable);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztrycalloc_usable(size_t size, size_t *usable);
EXPORT void *ztrycalloc_usable(size_t size, size_t *usable) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztrycalloc_usable(size, usable);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_zrealloc(void *ptr, size_t size);
EXPORT void *zrealloc(void *ptr, size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zrealloc(ptr, size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztryrealloc(void *ptr, size_t size);
EXPORT void *ztryrealloc(void *ptr, size_t size) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztryrealloc(ptr, size);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_zrealloc_usable(void *ptr, size_t size, size_t *usable);
EXPORT void *zrealloc_usable(void *ptr, size_t size, size_t *usable) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_zrealloc_usable(ptr, size, usable);
  KEEP_FRAME(result);
  return result;
}

void *zmalloc_uncaptured_ztryrealloc_usable(void *ptr, size_t size, size_t *usable);
EXPORT void *ztryrealloc_usable(void *ptr, size_t size, size_t *usable) {
  AHEAD(0);
  void *result = zmalloc_uncaptured_ztryrealloc_usable(ptr, size, usable);
  KEEP_FRAME(result);
  return result;
}

void zmalloc_uncaptured_zfree(void *ptr);
EXPORT void zfree(void *ptr) {
  AHEAD(1);
  zmalloc_uncaptured_zfree(ptr);
  __asm__ volatile("");
}

void zmalloc_uncaptured_zfree_usable(void *ptr, size_t *usable);
EXPORT void zfree_usable(void *ptr, size_t *usable) {
  AHEAD(1);
  zmalloc_uncaptured_zfree_usable(ptr, usable);
  __asm__ volatile("");
}

void zmalloc_uncaptured_zfree_with_size(void *ptr, size_t size);
EXPORT void zfree_with_size(void *ptr, size_t size) {
  AHEAD(1);
  zmalloc_uncaptured_zfree_with_size(ptr, size);
  __asm__ volatile("");
}

char *zmalloc_uncaptured_zstrdup(const char *s);
EXPORT char *zstrdup(const char *s) {
  AHEAD(0);
  char *result = zmalloc_uncaptured_zstrdup(s);
  KEEP_FRAME(result);
  return result;
}

char *zmalloc_uncaptured_ztrystrdup(const char *s);
EXPORT char *ztrystrdup(const char *s) {
  AHEAD(0);
  char *result = zmalloc_uncaptured_ztrystrdup(s);
  KEEP_FRAME(result);
  return result;
}

// Seven objects of a redis built with MALLOC=libc call this on zmalloc's pointers: it answers for
// our blocks and hands all others on.
EXPORT size_t malloc_usable_size(void *pointer) {
  return zmalloc_entrance_public_usable_size(pointer);
}
#else
// SwiftPM wants something in a target that this build has no use for.
extern const unsigned zmalloc_debug_abi_is_not_built_here;
#endif
