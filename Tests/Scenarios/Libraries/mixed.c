// A library that gives and takes blocks.
#include <stdlib.h>
#include <string.h>

void *library_gives(size_t byteCount) { return memset(malloc(byteCount), 1, byteCount); }

void library_takes(void *block) { free(block); }

char *library_copies(const char *text) { return strdup(text); }
