// What stands open in a process that gives copies of itself, shared by the files that deal with it.
#ifndef ZMALLOC_DESCRIPTORS_H
#define ZMALLOC_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum { descriptor_limit = 256 };

// What stood open when offsets were noted, a bit each, and where; -1 for what has no offset.
extern uint64_t zmalloc_open_ones[descriptor_limit / 64];
extern off_t zmalloc_offsets[descriptor_limit];

bool zmalloc_is_same_file(const struct stat *a, const struct stat *b);
// The same file again under the same number, with an offset of its own: the noted one.
bool zmalloc_reopen(int descriptor, int flags, int close_on_exec);

#endif
