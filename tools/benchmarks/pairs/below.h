// The backend's own names, as a program would call them that has this backend and no zmalloc.
#ifndef BELOW_H
#define BELOW_H

#include <stddef.h>
#include <stdlib.h>

#if defined(BELOW_JEMALLOC)
#include <jemalloc/jemalloc.h>
#define BELOW_NAME "jemalloc"
#define below_malloc malloc
#define below_free free
#define below_usable_size malloc_usable_size
#elif defined(BELOW_MIMALLOC)
#include <mimalloc.h>
#define BELOW_NAME "mimalloc"
#define below_malloc mi_malloc
#define below_free mi_free
#define below_usable_size mi_usable_size
#elif defined(BELOW_TCMALLOC)
#include <gperftools/tcmalloc.h>
#define BELOW_NAME "tcmalloc"
#define below_malloc tc_malloc
#define below_free tc_free
#define below_usable_size tc_malloc_size
#else
#include <malloc.h>
#define below_malloc malloc
#define below_free free
#define below_usable_size malloc_usable_size
#if defined(BELOW_PREFIX)
#define BELOW_NAME "prefix"
#define BELOW_HAS_NO_SIZE
#else
#define BELOW_NAME "libc"
#endif
#endif

#endif
