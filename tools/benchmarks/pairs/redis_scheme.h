// The yardstick: what redis adds to an allocator, written by us after its scheme.
#ifndef REDIS_SCHEME_H
#define REDIS_SCHEME_H

#include <stddef.h>

void *redis_scheme_allocate(size_t size);
void redis_scheme_free(void *block);
size_t redis_scheme_used(void);

#endif
