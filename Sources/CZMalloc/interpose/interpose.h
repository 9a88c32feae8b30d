// The names of libc that the layer stands in front of besides malloc: in the preload library and in
// the debug C library, not in a Swift program, where a definition in the executable would not reach
// the libraries.
#ifndef ZMALLOC_INTERPOSE_H
#define ZMALLOC_INTERPOSE_H

#if defined(DEBUG_LAYER) && defined(EMBEDDED)
#define ZMALLOC_INTERPOSES 1
#endif

#define ZMALLOC_EXPORT __attribute__((visibility("default")))

#ifdef ZMALLOC_INTERPOSES
#include <dlfcn.h>

// The function of that name behind ours, looked for once.
static inline void *zmalloc_next(void **known, const char *name) {
  void *next = __atomic_load_n(known, __ATOMIC_ACQUIRE);
  if (next) return next;
  next = dlsym(RTLD_NEXT, name);
  __atomic_store_n(known, next, __ATOMIC_RELEASE);
  return next;
}
#endif

#endif
