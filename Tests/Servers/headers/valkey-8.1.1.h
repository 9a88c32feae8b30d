// Our header in the place of valkey's own zmalloc.h, and the one word that it takes from there.
#pragma once
#define ZMALLOC_LIB "swift-zmalloc"
#define ZMALLOC_VALKEY_NAMES
#define ZMALLOC_ALLOCATOR_INFO_VALKEY
#include <zmalloc.h>
