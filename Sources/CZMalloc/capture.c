// The capture of a call stack, and the entrances for callers whose names are not libc's. See
// zmalloc_entrance.h for why these are C.
#include "zmalloc_entrance.h"

#ifdef DEBUG_LAYER
#include <errno.h>

#include "zmalloc_backend.h"
#include "zmalloc_campaign.h"
#include "zmalloc_probe.h"
#include "zmalloc_process.h"

struct zmalloc_switches zmalloc_switches __attribute__((aligned(64)));
_Static_assert(sizeof zmalloc_switches <= 64, "more than a cache line");
_Thread_local struct zmalloc_thread *zmalloc_current __attribute__((tls_model("initial-exec")));
_Thread_local uintptr_t zmalloc_guard __attribute__((tls_model("initial-exec")));
unsigned char zmalloc_layer_bytes[ZMALLOC_LAYER_BYTES] __attribute__((aligned(64)));

// StackHead's flags.
enum { stack_is_cut = 1, stack_is_exact = 2, stack_is_one_frame = 4 };
// Our own frames above the caller's are found by address, within as many as the entrance says;
// without optimisation there are also those that would have been inlined. Each one more costs every
// walk a frame.
#ifdef __OPTIMIZE__
enum { not_inlined = 0 };
#else
enum { not_inlined = 4 };
#endif

// libunwind has locks of its own, which a fork in another thread would leave held in the child. So
// a fork waits until no thread is inside, and keeps the others out. One thread alone has nobody to
// wait for.
static inline void enter_unwinder(struct zmalloc_thread *thread) {
  if (!zmalloc_switches.threaded) return;
  for (;;) {
    // The exchange orders our mark before our look at the gate, as the fork orders its gate before
    // its look at us.
    __atomic_exchange_n(&thread->in_unwinder, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&zmalloc_switches.unwinder_gate, __ATOMIC_SEQ_CST)) return;
    __atomic_store_n(&thread->in_unwinder, 0, __ATOMIC_RELEASE);
    zmalloc_yield();
  }
}

static inline void leave_unwinder(struct zmalloc_thread *thread) {
  __atomic_store_n(&thread->in_unwinder, 0, __ATOMIC_RELEASE);
}

static void keep_one(struct zmalloc_thread *thread, uintptr_t frame, uint32_t flags) {
  thread->frames[0] = frame;
  thread->first_frame = 0;
  thread->frame_count = 1;
  thread->frame_flags = flags;
}

__attribute__((noinline)) void zmalloc_capture(struct zmalloc_thread *thread,
                                               uint32_t frame_limit, uint32_t own_frames,
                                               void *caller) {
  if (!zmalloc_switches.backtrace || frame_limit <= 1) {
    keep_one(thread, (uintptr_t)caller, frame_limit <= 1 ? stack_is_cut : stack_is_one_frame);
    return;
  }
  int saved = errno;
  enter_unwinder(thread);
  int own = (int)own_frames + not_inlined;
  uint32_t wanted = frame_limit + (uint32_t)own;
  if (wanted > ZMALLOC_FRAME_CAPACITY) wanted = ZMALLOC_FRAME_CAPACITY;
  int got = zmalloc_switches.backtrace((void **)thread->frames, (int)wanted);
  leave_unwinder(thread);
  errno = saved;
  for (int i = 0; i < got && i <= own; i++) {
    if (thread->frames[i] != (uintptr_t)caller) continue;
    uint32_t count = (uint32_t)(got - i);
    bool is_cut = count > frame_limit || (uint32_t)got == wanted;
    thread->first_frame = (uint32_t)i;
    thread->frame_count = count > frame_limit ? frame_limit : count;
    thread->frame_flags = is_cut ? stack_is_cut : 0;
    return;
  }
  // The walk failed or lost its way before it left our own frames.
  keep_one(thread, (uintptr_t)caller, stack_is_cut);
}

bool zmalloc_capture_all(struct zmalloc_thread *thread) {
  if (!zmalloc_switches.backtrace) return false;
  int got = zmalloc_switches.backtrace((void **)thread->frames, ZMALLOC_FRAME_CAPACITY);
  thread->first_frame = 0;
  thread->frame_count = got > 0 ? (uint32_t)got : 0;
  return got > 0;
}

void zmalloc_capture_signal(struct zmalloc_thread *thread, uint32_t frame_limit, uintptr_t pc,
                            uintptr_t stack_pointer) {
  int got = 0;
  if (zmalloc_switches.backtrace && !zmalloc_switches.is_lean)
    got = zmalloc_switches.backtrace((void **)thread->frames, ZMALLOC_FRAME_CAPACITY);
  for (int i = 0; i < got; i++) {
    if (thread->frames[i] != pc) continue;
    uint32_t count = (uint32_t)(got - i);
    thread->first_frame = (uint32_t)i;
    thread->frame_count = count > frame_limit ? frame_limit : count;
    thread->frame_flags = stack_is_exact | (count > frame_limit ? stack_is_cut : 0);
    return;
  }
  keep_one(thread, pc, stack_is_exact | stack_is_cut);
  // A call of a bad function pointer leaves no code to unwind, but its return address is the word
  // on top.
  uint64_t caller;
  if (zmalloc_probe_load((const void *)stack_pointer, &caller)) {
    thread->frames[1] = (uintptr_t)caller;
    thread->frame_count = 2;
  }
}

// Leaves a stack for the entrance that this call is about to reach by way of Embedded Swift,
// through which the unwinder cannot see.
uintptr_t *zmalloc_capture_ahead(uint32_t is_free, void *caller) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->capture_ahead(is_free, caller);
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (!thread) return 0;
  zmalloc_capture(thread,
                  is_free ? zmalloc_switches.free_frames : zmalloc_switches.allocation_frames,
                  3, caller);
  thread->captured_by = (uintptr_t)__builtin_frame_address(0);
  zmalloc_visit_end();
  return &thread->captured_by;
}

// A handler that left by longjmp is in no stack any more. A stack that is cut says nothing: then it
// is over once a call comes from above the frame that called it.
static __attribute__((noinline)) void notice_handler_left(struct zmalloc_thread *thread,
                                                          uintptr_t here) {
  // The function that calls the handler is shorter, and nothing after it calls an entrance.
  enum { code_length = 192 };
  const uintptr_t *frames = thread->frames + thread->first_frame;
  for (uint32_t i = 0; i < thread->frame_count; i++)
    if (frames[i] - thread->handler_code < code_length) return;
  bool is_cut = thread->frame_flags & (stack_is_cut | stack_is_one_frame);
  if (is_cut && here <= thread->handler_frame) return;
  thread->handler_frame = 0;
  zmalloc_renew_fault_mask(thread);
}

// An outer entrance's capture serves if its frame is close: anything else is another call, in a
// signal handler or after a longjmp. Ours may even stand a little above: the capture's frame is
// gone, and lay below the outer entrance's as ours does.
enum { ahead_below = 4096, ahead_above = 512 };

static inline void capture_here(struct zmalloc_thread *thread, uint32_t frame_limit, void *caller) {
  if (zmalloc_switches.is_lean && !zmalloc_layer_next_may_fail()) frame_limit = 1;
  uintptr_t ahead = thread->captured_by, here = (uintptr_t)__builtin_frame_address(0);
  thread->captured_by = 0;
  if (ahead == 0 || here + ahead_below <= ahead || here >= ahead + ahead_above)
    zmalloc_capture(thread, frame_limit, 2, caller);
  if (__builtin_expect(thread->handler_frame != 0, 0)) notice_handler_left(thread, here);
}

// On the way out with null. The debugger's breakpoint is called from here and not where the plan
// decides: a debugger cannot see through Embedded Swift to the program's frames.
static void refuse(struct zmalloc_thread *thread, size_t size) {
  if (thread->has_fault) {
    thread->has_fault = 0;
    zmalloc_fault_injected(thread->fault_point, size);
  }
  errno = ENOMEM;
}

ZMALLOC_ALWAYS_INLINE void *allocate(size_t size, size_t alignment, uint32_t call, void *caller) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->allocate(size, alignment, call);
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (!thread && is_busy) return zmalloc_layer_allocate_unrecorded(size, alignment, call);
  if (!thread) {
    if (alignment > 16) return ZMALLOC_BELOW(aligned)(alignment, size);
    return call & ZMALLOC_CALL_ZEROED ? ZMALLOC_BELOW(calloc)(size) : ZMALLOC_BELOW(malloc)(size);
  }
  capture_here(thread, zmalloc_switches.allocation_frames, caller);
  void *pointer = zmalloc_layer_allocate(thread, size, alignment, call);
  zmalloc_visit_end();
  if (!pointer) refuse(thread, size);
  return pointer;
}

void *zmalloc_entrance_allocate(size_t size, size_t alignment, uint32_t call) {
  return allocate(size, alignment, call, __builtin_return_address(0));
}

#ifdef PRELOAD
_Thread_local bool zmalloc_new_has_failed __attribute__((tls_model("initial-exec")));

// operator new, for which a failure is no answer yet.
void *zmalloc_entrance_new(size_t size, size_t alignment, uint32_t call) {
  if (__builtin_expect(zmalloc_new_has_failed, 0)) {
    zmalloc_new_has_failed = false;
    return zmalloc_new_failed(size, alignment, call);
  }
  void *pointer = allocate(size, alignment, call, __builtin_return_address(0));
  return pointer ? pointer : zmalloc_new_failed(size, alignment, call);
}
#endif

void *zmalloc_entrance_reallocate(void *pointer, size_t size, uint32_t call) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->reallocate(pointer, size, call);
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (!thread && is_busy) return zmalloc_layer_reallocate_unrecorded(pointer, size, call);
  if (!thread) return ZMALLOC_BELOW(realloc)(pointer, size);
  capture_here(thread, zmalloc_switches.allocation_frames, __builtin_return_address(0));
  void *moved = zmalloc_layer_reallocate(thread, pointer, size, call);
  zmalloc_visit_end();
  if (!moved && size) refuse(thread, size);
  return moved;
}

size_t zmalloc_entrance_free(void *pointer, size_t expected, uint32_t call) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->free(pointer, expected, call);
  if (!pointer) return 0;
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (!thread && is_busy) return zmalloc_layer_free_unrecorded(pointer, call);
  if (!thread) {
    size_t freed = zmalloc_below_usable_size(pointer);
    ZMALLOC_BELOW(free)(pointer);
    return freed;
  }
  capture_here(thread, zmalloc_switches.free_frames, __builtin_return_address(0));
  size_t freed = zmalloc_layer_free(thread, pointer, expected, call);
  if (__builtin_expect(freed == ZMALLOC_AGAIN, 0)) {
    // A mistake: the report wants the whole stack, which a free does not capture for its price.
    // Without an unwinder the caller is all there is, and is known.
    if (zmalloc_switches.backtrace)
      zmalloc_capture(thread, zmalloc_switches.allocation_frames, 2, __builtin_return_address(0));
    freed = zmalloc_layer_free(thread, pointer, expected, call | ZMALLOC_CALL_REPORTING);
  }
  zmalloc_visit_end();
  return freed;
}

size_t zmalloc_entrance_usable_size(void *pointer) {
  if (!pointer) return 0;
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->usable_size(pointer);
  if (zmalloc_switches.mode != 2) return zmalloc_below_usable_size(pointer);
  return zmalloc_layer_usable_size(pointer);
}

size_t zmalloc_entrance_public_usable_size(void *pointer) {
  if (!pointer) return 0;
  if (zmalloc_switches.mode == 2 && zmalloc_layer_is_block(pointer))
    return zmalloc_layer_usable_size(pointer);
  return zmalloc_below_usable_size(pointer);
}

void zmalloc_entrance_suspend_faults(bool suspended) {
  if (ZMALLOC_ELSEWHERE) {
    ZMALLOC_ELSEWHERE->suspend_faults(suspended);
    return;
  }
  struct zmalloc_thread *thread = zmalloc_current;
  if (!thread) return;
  thread->faults_suspended += suspended ? 1u : -1u;
  zmalloc_renew_fault_mask(thread);
}
#endif
