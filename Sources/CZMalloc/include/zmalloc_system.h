// Libc and the kernel under names of our own: one function per call, no logic. Provided because
// Embedded Swift has no Glibc module, because MAP_FAILED and errno are macros that Swift does not
// import, and so that a program that interposes on libc's names does not reach into the layer.
#ifndef ZMALLOC_SYSTEM_H
#define ZMALLOC_SYSTEM_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

static inline int zmalloc_errno(void) { return errno; }
static inline void zmalloc_set_errno(int code) { errno = code; }
static inline int zmalloc_enomem(void) { return ENOMEM; }
static inline int zmalloc_einval(void) { return EINVAL; }

static inline void zmalloc_copy(void *to, const void *from, size_t byte_count) {
  memcpy(to, from, byte_count);
}
static inline void zmalloc_fill(void *at, int byte, size_t byte_count) {
  memset(at, byte, byte_count);
}
static inline int zmalloc_compare(const void *a, const void *b, size_t byte_count) {
  return memcmp(a, b, byte_count);
}
static inline size_t zmalloc_string_length(const char *string) { return strlen(string); }

// Writes what it can; returns the bytes written, or -1.
static inline ptrdiff_t zmalloc_write(int descriptor, const void *bytes, size_t byte_count) {
  return write(descriptor, bytes, byte_count);
}
static inline _Noreturn void zmalloc_abort(void) { abort(); }

// Files. The descriptor is close-on-exec; -1 is failure, and errno says why.
static inline int zmalloc_open_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }
// Bytes read, 0 at the end. Starts again when a signal interrupts it.
static inline ptrdiff_t zmalloc_read(int descriptor, void *to, size_t byte_count) {
  ssize_t got;
  do got = read(descriptor, to, byte_count);
  while (got < 0 && errno == EINTR);
  return got;
}
static inline void zmalloc_close(int descriptor) { close(descriptor); }

// The machine. -1 where the system does not say.
static inline long zmalloc_page_size(void) { return sysconf(_SC_PAGESIZE); }
static inline long zmalloc_physical_page_count(void) { return sysconf(_SC_PHYS_PAGES); }

// Libc's own heap, whatever the backend is.
static inline void zmalloc_free_for_libc(void *pointer) { free(pointer); }
static inline void zmalloc_trim_libc(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

#endif
