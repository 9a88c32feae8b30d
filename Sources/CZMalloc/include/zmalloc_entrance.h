// The shape of every entrance: take the guard, capture the stack, call the layer, give the guard
// back. C, because Embedded Swift has no unwind tables: a Swift frame between the program and the
// unwinder would cut the stack.
#ifndef ZMALLOC_ENTRANCE_H
#define ZMALLOC_ENTRANCE_H

#include "zmalloc_layer.h"

// The way in, for entrances whose names are not libc's (Swift, zmalloc.h). Each captures from its
// caller on. On failure the pointer is null and errno is ENOMEM.
void *zmalloc_entrance_allocate(size_t size, size_t alignment, uint32_t call);
void *zmalloc_entrance_reallocate(void *pointer, size_t size, uint32_t call);
size_t zmalloc_entrance_free(void *pointer, size_t expected, uint32_t call);
size_t zmalloc_entrance_usable_size(void *pointer);
// The same for libc's public name beside a linked layer, where most pointers are libc's own.
size_t zmalloc_entrance_public_usable_size(void *pointer);
// operator new: as the first, and what the standard says of a failure: the new handler, again and
// again, then std::bad_alloc, or with ZMALLOC_CALL_NOTHROW null. The preload library's alone.
void *zmalloc_entrance_new(size_t size, size_t alignment, uint32_t call);
void *zmalloc_new_failed(size_t size, size_t alignment, uint32_t call);
// What the next operator new of this thread asks for has failed already: the handler comes first.
extern _Thread_local bool zmalloc_new_has_failed __attribute__((tls_model("initial-exec")));
// Whether the layer watches this process; starts it if need be.
bool zmalloc_entrance_is_on(void);

// The end of the process, and a recording on request: the program's registers and stack are roots,
// from where it called exit or from here on. The end returns the status to end with.
int zmalloc_entrance_end(int status);
int zmalloc_entrance_record(const char *path);
// Looks at all blocks now: how many are damaged.
int zmalloc_entrance_check(void);
// Marks this moment; the number of the mark, 0 without a layer.
uint32_t zmalloc_entrance_mark(void);

// Captures the calling thread's stack into its state, the frame that returns to `caller` first.
// `own_frames` says how many frames of ours stand above it.
void zmalloc_capture(struct zmalloc_thread *thread, uint32_t frame_limit, uint32_t own_frames,
                     void *caller);
// Captures everything from here on, our own frames too; false without an unwinder.
bool zmalloc_capture_all(struct zmalloc_thread *thread);
// Captures from inside a signal handler: `pc` first, and exact.
void zmalloc_capture_signal(struct zmalloc_thread *thread, uint32_t frame_limit, uintptr_t pc,
                            uintptr_t stack_pointer);

// From one call to the other nothing fails on purpose on this thread. Nests.
void zmalloc_entrance_suspend_faults(bool suspended);
// The same around the out-of-memory handler, which may leave by longjmp: then it ends with the
// first call whose stack no longer has the handler's caller. `frame` is that of the caller, and
// `code` where its code begins; the result is for the end.
uintptr_t zmalloc_entrance_begin_handler(uintptr_t frame, uintptr_t code);
void zmalloc_entrance_end_handler(uintptr_t outer);

// Leaves the caller's stack for the entrance that the next call on this thread will reach. Returns
// where to write 0 after that call, which may have reached none; null where nothing was captured.
uintptr_t *zmalloc_capture_ahead(uint32_t is_free, void *caller);

// The entrances of a layer that is loaded as a preload library: a linked layer hands everything to
// it, so that a process has one layer and one recording. Null where there is none.
struct zmalloc_elsewhere {
  void *(*allocate)(size_t size, size_t alignment, uint32_t call);
  void *(*reallocate)(void *pointer, size_t size, uint32_t call);
  size_t (*free)(void *pointer, size_t expected, uint32_t call);
  size_t (*usable_size)(void *pointer);
  int (*record)(const char *path);
  int (*check)(void);
  void (*suspend_faults)(bool suspended);
  uintptr_t (*begin_handler)(uintptr_t frame, uintptr_t code);
  void (*end_handler)(uintptr_t outer);
  uintptr_t *(*capture_ahead)(uint32_t is_free, void *caller);
  void (*annotate)(uint32_t what, const void *start, size_t byte_count);
  bool (*check_leaks)(bool is_last);
  uint32_t (*mark)(void);
};
extern const struct zmalloc_elsewhere *zmalloc_elsewhere;
// The C pieces see the traits: the preload library itself has no other to ask for.
#ifdef PRELOAD
#define ZMALLOC_ELSEWHERE ((const struct zmalloc_elsewhere *)0)
#else
#define ZMALLOC_ELSEWHERE zmalloc_elsewhere
#endif
// Looks for one: before the first block of a linked layer.
// True when there is one.
bool zmalloc_find_elsewhere(void);
static inline bool zmalloc_has_elsewhere(void) { return zmalloc_elsewhere != 0; }

#define ZMALLOC_NO_EXPECTED_SIZE SIZE_MAX
#define ZMALLOC_ALWAYS_INLINE static inline __attribute__((always_inline))

// Takes the guard. Null: the layer is off, or busy, or on and without a state for this thread.
// `*is_busy` is false where it is off: elsewhere blocks have a prefix.
ZMALLOC_ALWAYS_INLINE struct zmalloc_thread *zmalloc_visit_begin(bool *is_busy) {
  *is_busy = false;
  if (__builtin_expect(zmalloc_switches.mode == 1, 0)) return 0;
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  if (__builtin_expect(zmalloc_guard != 0, 0) &&
      !zmalloc_layer_guard_is_stale(zmalloc_guard, here)) {
    *is_busy = true;
    return 0;
  }
  zmalloc_guard = here;
  struct zmalloc_thread *thread = zmalloc_current;
  if (__builtin_expect(thread == 0, 0)) {
    thread = zmalloc_layer_enter();
    if (!thread) {
      zmalloc_guard = 0;
      *is_busy = zmalloc_switches.mode == 2;
    }
  }
  if (thread && __builtin_expect(*zmalloc_switches.epoch == 0, 0)) zmalloc_layer_after_fork();
  return thread;
}

ZMALLOC_ALWAYS_INLINE void zmalloc_visit_end(void) { zmalloc_guard = 0; }

#endif
