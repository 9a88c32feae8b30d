// Reads of memory that may not be mapped. Assembly, because the signal handler has to know the one
// instruction that may fault, and where to go on.
#ifndef ZMALLOC_PROBE_H
#define ZMALLOC_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Loads a word. Returns false when the page is not there.
bool zmalloc_probe_load(const void *address, uint64_t *value);
// Copies forward; returns how many bytes were not copied because a page is not there.
size_t zmalloc_probe_copy(void *to, const void *from, size_t byte_count);
// For the handler: the place to go on from a faulting `pc`, or 0 if the fault is none of ours.
uintptr_t zmalloc_probe_recovery(uintptr_t pc);
// True once our handler stands, where nobody can replace it or block its signals unseen. Until
// then, and elsewhere, the probes ask the kernel, at the price of a system call.
void zmalloc_probe_trust_handler(bool trusted);

#endif
