// jemalloc's own header, for Swift. Only the trait Jemalloc looks for it.
#ifndef CJEMALLOC_H
#define CJEMALLOC_H

#include <jemalloc/jemalloc.h>

#endif
