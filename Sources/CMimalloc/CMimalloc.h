// mimalloc's own header, for Swift. Only the trait Mimalloc looks for it.
#ifndef CMIMALLOC_H
#define CMIMALLOC_H

#include <mimalloc.h>

#endif
