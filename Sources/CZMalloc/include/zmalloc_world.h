// Stopping all other threads: the signal, what a stopped thread leaves behind, and the kernel's
// list of threads. See world.c for why they are C.
#ifndef ZMALLOC_WORLD_H
#define ZMALLOC_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where a thread that was asked to stop stands.
enum {
  ZMALLOC_THREAD_ASKED = 1,
  ZMALLOC_THREAD_ARRIVING = 2,
  ZMALLOC_THREAD_STOPPED = 3,
  ZMALLOC_THREAD_SILENT = 4,  // it did not answer in time
  ZMALLOC_THREAD_ENDED = 5,
};

// A thread of the process. All but the first two are its own words, and hold once it is stopped.
struct zmalloc_stopped {
  uint32_t kernel_id;
  // The stop that it belongs to, and one of the above: `stop << 8 | place`.
  uint32_t state;
  uintptr_t thread_pointer;
  uintptr_t stack_pointer;
  // Its registers, in the frame that the kernel pushed: those for numbers and addresses, and the
  // wide ones, which hold nothing where it stands in a call of the kernel.
  uintptr_t registers, registers_end;
  uintptr_t wide_registers, wide_registers_end;
  // Its stack for signals, 0 where it has none.
  uintptr_t alternate, alternate_end;
};

// Runs `work` while no library can come or go: another thread that is stopped in the middle of
// that would hold the lock for good.
void zmalloc_with_modules_locked(void (*work)(void *), void *context);

// Takes the signal, by which others may ask for something too (outside_requests.c). False where it
// is not to be had.
bool zmalloc_take_stop_signal(void);
// Begins a stop whose threads stand in `table`, which is never unmapped: a late thread may still
// look into it. False where the signal is not to be had.
bool zmalloc_stop_begin(struct zmalloc_stopped *table, uint32_t capacity);
// Asks a thread of the table to stop. False where there is no such thread any more.
bool zmalloc_stop_ask(uint32_t index);
uint32_t zmalloc_stop_place(uint32_t index);
// Gives a thread up that did not answer, unless it is just arriving.
bool zmalloc_stop_give_up(uint32_t index, uint32_t place);
// How many have arrived since the stop began; waits for the next one, a hundredth of a second at
// most.
uint32_t zmalloc_stop_arrivals(void);
void zmalloc_stop_wait(uint32_t arrivals);
void zmalloc_stop_end(void);
// In a forked child: nobody is stopped here.
void zmalloc_stop_forget(void);

// The ids of the process's threads, as many as there is room for. -1 where the kernel does not say.
ptrdiff_t zmalloc_list_threads(uint32_t *ids, size_t capacity);
// R, S, D, T, t, Z: what the kernel says that a thread does; 0 where there is no such thread.
char zmalloc_thread_activity(uint32_t kernel_id);
// The bounds of the calling thread's stack; false where they are not known. Allocates.
bool zmalloc_own_stack(uintptr_t *start, uintptr_t *end);
// The calling thread's stack for signals; false where it has none.
bool zmalloc_alternate_stack(uintptr_t *start, uintptr_t *end);
// Whether a thread pointer leads to what glibc keeps there.
bool zmalloc_is_control_block(uintptr_t thread_pointer);
// The stack pointer that a signal interrupted whose frame stands between two addresses, and that
// lies between two others: 0 where there is none.
uintptr_t zmalloc_interrupted_stack(uintptr_t from, uintptr_t to, uintptr_t low, uintptr_t high);

#endif
