// Where the out-of-memory handler is kept, and how it is called. C, because a Swift global is
// initialised lazily in a debug build, and because of what a handler may do instead of returning.
#ifndef ZMALLOC_HANDLER_H
#define ZMALLOC_HANDLER_H

#include <stddef.h>

typedef void (*zmalloc_oom_handler)(size_t size);
zmalloc_oom_handler zmalloc_load_handler(void);
void zmalloc_store_handler(zmalloc_oom_handler handler);
// While it runs nothing fails on purpose on this thread; it may leave by longjmp. In the C
// libraries an exception ends here in std::terminate: some Embedded frames would let it through,
// some not.
void zmalloc_call_handler(zmalloc_oom_handler handler, size_t size);

#endif
