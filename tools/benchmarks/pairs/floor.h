// The least that a wrapper could add to an allocator.
#ifndef FLOOR_H
#define FLOOR_H

#include <stddef.h>

void *floor_through_allocate(size_t size);
void floor_through_free(void *block);
void *floor_counted_allocate(size_t size, size_t *usable);
void floor_counted_free(void *block, size_t usable);
void *floor_looked_up_allocate(size_t size);
void floor_looked_up_free(void *block);

#endif
