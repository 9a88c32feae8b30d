// Where the out-of-memory handler is kept. C, because a Swift global is initialised lazily in a
// debug build.
#ifndef ZMALLOC_HANDLER_H
#define ZMALLOC_HANDLER_H

#include <stddef.h>

typedef void (*zmalloc_oom_handler)(size_t size);
zmalloc_oom_handler zmalloc_load_handler(void);
void zmalloc_store_handler(zmalloc_oom_handler handler);

#endif
