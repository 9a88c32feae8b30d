// What a campaign of failed allocations asks of the kernel, and of a child that was split off at an
// allocation. Provided because SCM_RIGHTS, clone and seccomp are macros, structs and raw calls.
#ifndef ZMALLOC_CAMPAIGN_H
#define ZMALLOC_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A place for a debugger's breakpoint: called once for each failure on purpose, with the number of
// the point and the bytes asked for.
void zmalloc_fault_injected(uint64_t point, size_t byte_count);

// Memory that others see too; null when it cannot be had.
void *zmalloc_map_shared(int descriptor, size_t byte_count);
// A whole file, read-only; null when it cannot be had.
void *zmalloc_map_file(const char *path, size_t *byte_count);
void zmalloc_unmap_file(void *at, size_t byte_count);

// Messages. `passed` gets the descriptor that came along, -1 for none; it may be null.
ptrdiff_t zmalloc_receive(int socket, void *to, size_t capacity, int *passed);
bool zmalloc_send(int socket, const void *bytes, size_t byte_count);
// Gives a descriptor another's number; what had it is closed.
void zmalloc_move_descriptor(int from, int to);

// Copies this process: 0 in the copy, its id here, negative on failure. Its parent is our parent.
int zmalloc_clone_process(bool keeps_thread_id);
// Notes which processors this process may use, and takes what was noted: a server is bound to one
// by the command, its copies are not.
void zmalloc_note_processors(void);
void zmalloc_use_noted_processors(void);
void zmalloc_leave_group(void);
void zmalloc_end_with_parent(void);
// No file of this process grows larger.
void zmalloc_limit_files(uint64_t byte_count);
uint32_t zmalloc_thread_count(void);
// A bit for each open descriptor below 64 * word_count, at most 512.
void zmalloc_open_descriptors(uint64_t *bits, uint32_t word_count);
// What an open descriptor leads to; returns the bytes, negative on failure.
ptrdiff_t zmalloc_read_descriptor(int descriptor, char *to, size_t capacity);
// Takes the layer out of the environment that this process's children get.
void zmalloc_hide_from_environment(void);

// Whether a block is the buffer of a standard stream.
bool zmalloc_is_stream_buffer(uintptr_t block);

// The module that holds an address: the name in the dynamic linker's list (empty for the program
// itself) and its load bias. Takes no lock. False when no module does.
struct zmalloc_found_module {
  uintptr_t bias;
  const char *name;
};
bool zmalloc_find_module(uintptr_t address, struct zmalloc_found_module *found);
// False where libc has no such call: all sites of a campaign would look the same.
bool zmalloc_can_find_modules(void);

// Where this process stands in its files, below 256: noted before it gives copies of itself.
void zmalloc_note_offsets(void);
// Standard output and error of now are the command's, which puts back what was written to them.
void zmalloc_note_streams(void);
// Whether each of many copies can find its files as they are now: what stood open when offsets were
// noted still does, and what has moved since or is new is a file that is only read or one of those
// two streams. Notes them anew.
bool zmalloc_files_can_be_renewed(void);
// In a copy: gives the files that are only read offsets of their own.
bool zmalloc_renew_files(void);

// Makes a child that was split off harmless. Its parent has noted offsets before.
// In the child `output` becomes its standard output, standard error goes nowhere, and files get
// offsets of their own; then every call that others would notice raises SIGSYS. False when that
// cannot be done.
bool zmalloc_isolate_descriptors(int output);
bool zmalloc_forbid_effects(void);
// Whether this process has what a copy of it would not have.
bool zmalloc_has_timers(void);
bool zmalloc_has_children(void);

#endif
