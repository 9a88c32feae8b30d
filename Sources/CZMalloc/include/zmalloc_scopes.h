// Blocks of code with a fault plan of their own: the functions by which tests reach them. C,
// because a task's scope is read through a function pointer, and because C tests call the same
// functions.
#ifndef ZMALLOC_SCOPES_H
#define ZMALLOC_SCOPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Implemented in Swift. A scope is a number from 1 on; 0 is none.

// Makes a scope within the one that is in force here. Without a plan (null) it only watches, and
// what fails is the business of the scopes around it; empty text is a plan in which nothing fails.
// 0 when the text is no plan, when there are too many scopes, without the layer, or when the layer
// of this process is a preload library.
uint32_t zmalloc_scope_open(const char *plan, uint64_t seed);
// The seed of this process: `seed=` of its options, 0 without.
uint64_t zmalloc_scope_seed(void);
// What is not freed belongs to the scope around it from here on.
void zmalloc_scope_close(uint32_t scope);
// Makes a scope the innermost of this thread, until it leaves it.
void zmalloc_scope_enter(uint32_t scope);
void zmalloc_scope_leave(uint32_t scope);
// From here on it counts alone: the scope around it decides what fails.
void zmalloc_scope_pass_on(uint32_t scope);
// What was counted in it: allocations that its plan, or one around it, could have failed, those
// that its own failed, and blocks and bytes that were allocated in it and are not freed, wherever
// that may happen.
uint64_t zmalloc_scope_points(uint32_t scope);
uint64_t zmalloc_scope_faults(uint32_t scope);
uint64_t zmalloc_scope_live_blocks(uint32_t scope);
uint64_t zmalloc_scope_live_bytes(uint32_t scope);

// Heap mistakes with blocks of the scope are its own from here on: nothing is printed, and the
// program goes on.
void zmalloc_scope_check_heap(uint32_t scope);
// Looks at all its blocks, in use and in quarantine, and says how many mistakes there were.
uint64_t zmalloc_scope_violations(uint32_t scope);
// Writes a recording of what the scope knows: unfreed blocks, mistakes, failures. 0, or -1.
int zmalloc_scope_record(uint32_t scope, const char *path);

// Where a crash of this process is recorded, without the failures before this call; null: nowhere,
// it is left to others.
void zmalloc_record_crashes(const char *path);

// The scope of the task that runs on this thread, 0 for none: asked where no thread's scope is in
// force, once a reader is set.
typedef uint32_t (*zmalloc_scope_reader)(void);
void zmalloc_set_scope_reader(zmalloc_scope_reader reader);

// While this is above 0 every realloc moves, of any size: stale pointers are found.
void zmalloc_move_always(bool always);

// The options of a process whose environment names none: a test library defines it.
const char *zmalloc_default_options(void) __attribute__((weak));
static inline const char *zmalloc_options_of_program(void) {
  return zmalloc_default_options ? zmalloc_default_options() : 0;
}

// Storage: a Swift global is initialised lazily in a debug build.
zmalloc_scope_reader zmalloc_load_scope_reader(void);
void zmalloc_store_scope_reader(zmalloc_scope_reader reader);

#endif
