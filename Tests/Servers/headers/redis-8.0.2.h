// Our header in the place of redis 8's own zmalloc.h, and the one word that it takes from there.
#pragma once
#define ZMALLOC_LIB "swift-zmalloc"
#define ZMALLOC_ALLOCATOR_INFO_REFRESH
#include <zmalloc.h>
