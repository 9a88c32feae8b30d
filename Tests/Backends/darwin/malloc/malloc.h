// Stands in for Darwin's header: what our C calls of it, as Apple declares it.
#include <stddef.h>

typedef struct malloc_statistics_t {
  unsigned blocks_in_use;
  size_t size_in_use, max_size_in_use, size_allocated;
} malloc_statistics_t;
typedef struct _malloc_zone_t malloc_zone_t;

size_t malloc_size(const void *pointer);
void malloc_zone_statistics(malloc_zone_t *zone, malloc_statistics_t *statistics);
