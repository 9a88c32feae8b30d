// Our header in the place of redis 7.0's own zmalloc.h, and the one word that it takes from there.
#pragma once
#define ZMALLOC_LIB "swift-zmalloc"
#include <zmalloc.h>
