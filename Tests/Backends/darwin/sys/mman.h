// Stands in for Darwin's header.
#include <stddef.h>

#define MADV_DONTNEED 4

int madvise(void *start, size_t size, int advice);
