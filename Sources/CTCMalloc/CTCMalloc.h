// tcmalloc's own headers, for Swift. Only the trait TCMalloc looks for them.
#ifndef CTCMALLOC_H
#define CTCMALLOC_H

#include <gperftools/malloc_extension_c.h>
#include <gperftools/nallocx.h>
#include <gperftools/tcmalloc.h>

#endif
