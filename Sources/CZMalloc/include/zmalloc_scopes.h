// Blocks of code with a fault plan of their own: the functions by which tests reach them. C,
// because a task's scope is read through a function pointer, and because C tests call the same
// functions.
#ifndef ZMALLOC_SCOPES_H
#define ZMALLOC_SCOPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Implemented in Swift. A scope is a number from 1 on; 0 is none.

// Makes a scope with a plan; null or empty text is a plan in which nothing fails. 0 when the text
// is no plan, when there are too many scopes, or without the layer.
uint32_t zmalloc_scope_open(const char *plan, uint64_t seed);
// Its unfreed blocks become the scope's around it.
void zmalloc_scope_close(uint32_t scope);
// Makes a scope the innermost of this thread, until it leaves it.
void zmalloc_scope_enter(uint32_t scope);
void zmalloc_scope_leave(uint32_t scope);
// From here on it counts alone: the scope around it decides what fails.
void zmalloc_scope_pass_on(uint32_t scope);
// What was counted in it: allocations that the plan could have failed, those that it failed, and
// blocks and bytes that were allocated in it and are not freed, wherever that may happen.
uint64_t zmalloc_scope_points(uint32_t scope);
uint64_t zmalloc_scope_faults(uint32_t scope);
uint64_t zmalloc_scope_live_blocks(uint32_t scope);
uint64_t zmalloc_scope_live_bytes(uint32_t scope);
// The return addresses of the stack that allocated the unfreed block number `index` of a scope,
// innermost first; how many were stored.
uint32_t zmalloc_scope_live_stack(uint32_t scope, uint32_t index, uintptr_t *frames,
                                  uint32_t capacity);

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
