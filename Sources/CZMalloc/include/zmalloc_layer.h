// The storage of the debug layer, and the functions by which the C entrances call it. C, because a
// Swift global is initialised lazily in a debug build, and because Swift has no thread-locals.
#ifndef ZMALLOC_LAYER_H
#define ZMALLOC_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a call is: an AllocationFamily and flags.
#define ZMALLOC_CALL_FAMILY 0xff
#define ZMALLOC_CALL_ZEROED 0x100
#define ZMALLOC_CALL_REALLOC 0x200
// The caller asks whether memory can be had, and goes on without it: the ztry functions.
#define ZMALLOC_CALL_TRY 0x400
// No call has it: in a thread's mask while nothing may fail on purpose.
#define ZMALLOC_CALL_NONE 0x80000000
// The entrance has captured the whole stack and calls again after ZMALLOC_AGAIN.
#define ZMALLOC_CALL_REPORTING 0x800
#define ZMALLOC_AGAIN ((size_t)-2)
#define ZMALLOC_FAMILY_MALLOC 1
#define ZMALLOC_FAMILY_ZMALLOC 2
#define ZMALLOC_FAMILY_NEW 3
#define ZMALLOC_FAMILY_NEW_ARRAY 4
#define ZMALLOC_FAMILY_NEW_ALIGNED 5
#define ZMALLOC_FAMILY_NEW_ARRAY_ALIGNED 6
// operator new(std::nothrow).
#define ZMALLOC_CALL_NOTHROW 0x1000

// The most frames that a capture keeps, ours included.
#define ZMALLOC_FRAME_CAPACITY 264

// A freed block on its way through the quarantine: its cells, what it weighs, its side record's
// flags in the lower three bits, and above them the stack that freed it. On its way out what it
// weighs gives way to the stack that allocated it.
struct zmalloc_waiting {
  uint32_t cell, side, charge, flags;
};

// What a thread needs while it is inside the layer. Lives in the layer's own memory, never on the
// stack of the program: a thread may have 16 KiB of that.
struct zmalloc_thread {
  // The stack of the call in progress, the caller of the entrance first.
  uintptr_t frames[ZMALLOC_FRAME_CAPACITY];
  uint32_t first_frame;
  uint32_t frame_count;
  uint32_t frame_flags;  // StackHead's flags
  // 1 while the thread is inside libunwind and may hold its locks.
  uint32_t in_unwinder;
  // The frame of an outer entrance that captured already, 0 for none.
  uintptr_t captured_by;
  uint32_t number;       // 1 is the thread that started the layer
  // What a record keeps of the thread: the number, and a mark where leaks are ignored. How often
  // __lsan_disable was called and not undone.
  uint32_t number_in_records;
  uint32_t leaks_disabled;
  // 1 while a thread owns it; the kernel's id of the owner.
  uint32_t in_use;
  uint32_t kernel_id;
  // The thread pointer and a stack address of the owner, for the leak scan.
  uintptr_t thread_pointer;
  uintptr_t stack_address;
  // The bounds of its stack where they are known, and 1 where the program gave the memory.
  uintptr_t stack_start, stack_end;
  uint32_t stack_is_lent;
  // The cell of the block that it allocated last: while the thread runs on, its pointer may be in a
  // register alone.
  uint32_t newest;
  // The program asked for SIGSEGV (1) and SIGBUS (2) to be blocked; they never are.
  uint32_t blocked_faults;
  // Operation numbers reserved for this thread: [next, end).
  uint64_t operation;
  uint64_t operation_end;
  // Free cells of the arena, taken together.
  uint32_t magazine[32];
  uint32_t magazine_count;
  // Freed blocks on their way to the quarantine.
  struct zmalloc_waiting waiting[128];
  uint32_t waiting_count;
  uint64_t waiting_bytes;
  // Counts since the thread began.
  uint64_t allocations;
  uint64_t frees;
  int64_t live_bytes;
  int64_t live_bytes_unreported;
  int64_t live_blocks;
  uint64_t unrecorded;
  // 1 while what this thread allocates is the layer's own: libunwind, as it is opened.
  uint32_t is_internal;
  // Above 0 while nothing may fail on purpose on this thread.
  uint32_t faults_suspended;
  // The frame that called the out-of-memory handler which runs on this thread, 0 for none.
  uintptr_t handler_frame;
  // Where the code of that function begins.
  uintptr_t handler_code;
  // The bits of a call without which it is no point: the family in force, and one that no call has
  // while nothing may fail.
  uint32_t fault_mask;
  // The innermost scope with a plan of its own, 0 for none.
  uint32_t fault_scope;
  // 1 while an allocation is on its way out that failed on purpose, and the number of its point.
  uint32_t has_fault;
  uint64_t fault_point;
  // The signal stack that we lent, and where to go when a stack walk faults.
  void *signal_stack;
  void *recovery;
  char name[16];
};

// A fatal signal, and what its context says.
#define ZMALLOC_READS 1
#define ZMALLOC_WRITES 2
#define ZMALLOC_ACCESSES 3  // the machine does not say which
struct zmalloc_fault {
  int signal, code;
  uintptr_t address, pc, stack_pointer;
  // What the instruction did to the address: one of the above.
  uint32_t access;
  bool has_handler;
};

// What the entrances read on every call, on one cache line.
struct zmalloc_switches {
  // 0 not started, 1 off, 2 on.
  uint32_t mode;
  // Frames to keep at an allocation and at a free, with room for our own.
  uint32_t allocation_frames;
  uint32_t free_frames;
  // Bit 0 once the process may have more than one thread; bit 1 where operations are counted one by
  // one, since the heap is swept at some of them.
  uint32_t threaded;
  // Bit 0 while a fault plan is in force, or its points are counted; bit 1 once scopes exist; bit 2
  // where blocks get guard pages.
  uint32_t faults_armed;
  // The bits of a call that make it a point: 0 for any, ZMALLOC_CALL_TRY.
  uint32_t fault_family;
  // 1 in a fork server, whose copies have one table of frames; 0 in the copies.
  uint32_t lends_unwinder;
  // 1 in a process of a campaign.
  uint32_t is_tried;
  // 1 where nobody asks for stacks but that of the first allocation that fails: a trial that leaves
  // no recording.
  uint32_t is_lean;
  // 1 where the clocks, and where the kernel's random bytes, are the same in each run.
  uint32_t fixed_time;
  uint32_t fixed_random;
  // 1 while a fork keeps threads out of libunwind.
  uint32_t unwinder_gate;
  // libunwind's unw_backtrace, null until the constructor found it.
  int (*backtrace)(void **buffer, int size);
  // A page that reads as zero in a forked child, whichever way it was forked; holds the owner's
  // pid.
  const uint32_t *epoch;
};

extern struct zmalloc_switches zmalloc_switches __attribute__((aligned(64)));
extern _Thread_local struct zmalloc_thread *zmalloc_current
    __attribute__((tls_model("initial-exec")));
extern _Thread_local uintptr_t zmalloc_guard __attribute__((tls_model("initial-exec")));

// Zeroed storage for the layer's own state; Swift lays its struct over it.
#define ZMALLOC_LAYER_BYTES 122880
extern unsigned char zmalloc_layer_bytes[ZMALLOC_LAYER_BYTES];
static inline void *zmalloc_layer_storage(void) { return zmalloc_layer_bytes; }
static inline struct zmalloc_switches *zmalloc_switch_storage(void) { return &zmalloc_switches; }
static inline struct zmalloc_thread *zmalloc_current_thread(void) { return zmalloc_current; }
static inline void zmalloc_set_current_thread(struct zmalloc_thread *thread) {
  zmalloc_current = thread;
}
static inline uintptr_t zmalloc_guard_value(void) { return zmalloc_guard; }
static inline void zmalloc_set_guard(uintptr_t value) { zmalloc_guard = value; }
static inline uintptr_t *zmalloc_thread_frames(struct zmalloc_thread *thread) {
  return thread->frames;
}
// The mask follows from what suspends faults and from the family in force.
static inline void zmalloc_renew_fault_mask(struct zmalloc_thread *thread) {
  bool is_off = thread->faults_suspended != 0 || thread->handler_frame != 0 ||
                thread->is_internal != 0;
  thread->fault_mask = (is_off ? ZMALLOC_CALL_NONE : 0) | zmalloc_switches.fault_family;
}
static inline uint32_t *zmalloc_thread_magazine(struct zmalloc_thread *thread) {
  return thread->magazine;
}
static inline struct zmalloc_waiting *zmalloc_thread_waiting(struct zmalloc_thread *thread) {
  return thread->waiting;
}
static inline char *zmalloc_thread_name(struct zmalloc_thread *thread) { return thread->name; }

// Implemented in Swift, called by the C entrances with the guard held.
// Gives the calling thread its state and starts the layer; null when the layer is off.
struct zmalloc_thread *zmalloc_layer_enter(void);
// Around a fork: the locks are taken before and given back in the parent; the child, vfork's aside,
// takes the layer over.
void zmalloc_layer_before_fork(void);
void zmalloc_layer_after_fork_in_parent(void);
void zmalloc_layer_after_fork(void);
void *zmalloc_layer_allocate(struct zmalloc_thread *thread, size_t size, size_t alignment,
                             uint32_t call);
bool zmalloc_layer_next_may_fail(void);
void *zmalloc_layer_reallocate(struct zmalloc_thread *thread, void *pointer, size_t size,
                               uint32_t call);
// Returns the size that was freed. `expected` is SIZE_MAX where the caller names no size.
size_t zmalloc_layer_free(struct zmalloc_thread *thread, void *pointer, size_t expected,
                          uint32_t call);
// Without the guard: the layer is busy below this call on this thread.
void *zmalloc_layer_allocate_unrecorded(size_t size, size_t alignment, uint32_t call);
void *zmalloc_layer_reallocate_unrecorded(void *pointer, size_t size, uint32_t call);
size_t zmalloc_layer_free_unrecorded(void *pointer, uint32_t call);
size_t zmalloc_layer_usable_size(void *pointer);
bool zmalloc_layer_is_block(void *pointer);
// Whether a guard whose holder never came back may be taken.
bool zmalloc_layer_guard_is_stale(uintptr_t holder, uintptr_t now);
// Life of the process and of threads.
void zmalloc_layer_start(void);
// Memory that belongs to the layer though others mapped it: no root of the leak scan.
void zmalloc_layer_owns(void *start, size_t byte_count);
void zmalloc_layer_disowns(void *start);
// The fork server, where a campaign asked for one: returns in each image that is to run.
void zmalloc_layer_serve(void);
// A split child was stopped at a system call.
void zmalloc_layer_stopped_outside(void);
void zmalloc_layer_thread_begins(bool stack_is_lent);
void zmalloc_layer_thread_ends(void *thread);
// Waits while another thread writes the report that ends the process.
void zmalloc_layer_await_report(void);
int zmalloc_layer_process_ends(int status, const uintptr_t *registers, uintptr_t stack_pointer);
void zmalloc_layer_modules_changed(void);
// Looks at all blocks: how many are damaged. Where it cannot be now, it is at the next operation.
uint32_t zmalloc_layer_check(struct zmalloc_thread *thread);
void zmalloc_layer_check_later(void);
int zmalloc_layer_write_recording(const char *path, const uintptr_t *registers,
                                  uintptr_t stack_pointer);
// True where the program is to go on: the page that it touched is there now.
bool zmalloc_layer_fatal_signal(const struct zmalloc_fault *fault);

#endif
