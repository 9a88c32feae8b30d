// The storage of the out-of-memory handler, and its call.
#include "zmalloc_handler.h"

#ifdef DEBUG_LAYER
#include "zmalloc_entrance.h"
#endif

static zmalloc_oom_handler current;

zmalloc_oom_handler zmalloc_load_handler(void) {
  return __atomic_load_n(&current, __ATOMIC_ACQUIRE);
}

void zmalloc_store_handler(zmalloc_oom_handler handler) {
  __atomic_store_n(&current, handler, __ATOMIC_RELEASE);
}

// To an unwinder the stack ends here: the return address of this frame cannot be found.
#if defined(EMBEDDED) && defined(__x86_64__)
#define END_OF_STACK() __asm__ volatile(".cfi_undefined rip")
#elif defined(EMBEDDED) && defined(__aarch64__)
#define END_OF_STACK() __asm__ volatile(".cfi_undefined x30")
#else
#define END_OF_STACK() (void)0
#endif

__attribute__((noinline)) void zmalloc_call_handler(zmalloc_oom_handler handler, size_t size) {
  END_OF_STACK();
#ifdef DEBUG_LAYER
  uintptr_t outer = zmalloc_entrance_begin_handler((uintptr_t)__builtin_frame_address(0),
                                                   (uintptr_t)zmalloc_call_handler);
  handler(size);
  zmalloc_entrance_end_handler(outer);
#else
  handler(size);
  // Not a jump to the handler: the frame has to be there.
  __asm__ volatile("");
#endif
}

#ifdef DEBUG_LAYER
uintptr_t zmalloc_entrance_begin_handler(uintptr_t frame, uintptr_t code) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->begin_handler(frame, code);
  struct zmalloc_thread *thread = zmalloc_current;
  if (!thread) return 0;
  uintptr_t outer = thread->handler_frame;
  thread->handler_frame = frame;
  thread->handler_code = code;
  zmalloc_renew_fault_mask(thread);
  return outer;
}

void zmalloc_entrance_end_handler(uintptr_t outer) {
  if (ZMALLOC_ELSEWHERE) {
    ZMALLOC_ELSEWHERE->end_handler(outer);
    return;
  }
  struct zmalloc_thread *thread = zmalloc_current;
  if (!thread) return;
  thread->handler_frame = outer;
  zmalloc_renew_fault_mask(thread);
}
#endif
