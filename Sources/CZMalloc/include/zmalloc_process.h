// What the debug layer asks of the kernel and of libc: one function per call. Provided because
// Embedded Swift has no Glibc module, because macros with casts (MAP_FAILED, SIG_DFL) and variadic
// calls (open, syscall) do not reach Swift, and because the structs here differ by architecture.
#ifndef ZMALLOC_PROCESS_H
#define ZMALLOC_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Memory. Sizes are multiples of the page.
void *zmalloc_map(size_t byte_count);
void zmalloc_unmap(void *at, size_t byte_count);
// Takes or gives back access, and drops the pages' contents.
bool zmalloc_forbid(void *at, size_t byte_count);
bool zmalloc_permit(void *at, size_t byte_count);
void zmalloc_keep_pages_small(void *at, size_t byte_count);
void zmalloc_make_pages_large(void *at, size_t byte_count);
void zmalloc_drop_pages(void *at, size_t byte_count);
// Address space alone, without access. Pages of it that are taken begin as zeros; closing takes
// access and contents away, in one call.
void *zmalloc_reserve(size_t byte_count);
bool zmalloc_close_pages(void *at, size_t byte_count);
// A page that is zero in every forked child.
uint32_t *zmalloc_map_epoch(void);

// Locks: sleeps while *word == value; wakes one sleeper.
void zmalloc_futex_wait(uint32_t *word, uint32_t value);
void zmalloc_futex_wake(uint32_t *word);
// Sleeps until a word that another process has mapped too is the wanted one.
void zmalloc_wait_for(uint32_t *shared, uint32_t wanted);
void zmalloc_yield(void);
void zmalloc_pause(void);  // sleeps for a hundredth of a second
// The place where the dynamic linker is mapped, 0 when the kernel does not say.
uintptr_t zmalloc_linker_base(void);

// Identity and time.
uint32_t zmalloc_process_id(void);
uint32_t zmalloc_parent_id(void);
uint32_t zmalloc_thread_id(void);
uintptr_t zmalloc_thread_pointer(void);
uint64_t zmalloc_wall_time(void);          // nanoseconds since 1970
uint64_t zmalloc_coarse_time(void);        // nanoseconds, monotonic, a few milliseconds fine
uint64_t zmalloc_fine_time(void);          // nanoseconds, monotonic
uint64_t zmalloc_process_time(void);       // nanoseconds of CPU
bool zmalloc_is_secure(void);              // setuid and the like
uint64_t zmalloc_random(void);
const char *zmalloc_environment(const char *name);  // also before libc has set `environ`
_Noreturn void zmalloc_exit_now(int status);
const char *zmalloc_machine(void);

// Files. Descriptors are close-on-exec; -1 is failure.
int zmalloc_open_directory(const char *path);
// Files of /proc/self, also after chroot: then through the folder that was opened at the start.
int zmalloc_open_maps(void);
int zmalloc_open_pagemap(void);
int zmalloc_open_tasks(void);
// The mapping that covers an address or comes next above it, asked of the kernel one by one (since
// Linux 6.11): far cheaper than the text that /proc/self/maps gives of all. 1, 0 when there is
// none, -1 when the kernel does not answer. `flags`: 1 readable, 2 writable, 8 shared.
struct zmalloc_map {
  uint64_t start, end;
  uint32_t flags;
  bool is_anonymous, is_heap;
};
uint32_t zmalloc_map_query_request(void);  // the number of the ioctl
int zmalloc_query_shared(int maps, uintptr_t from, struct zmalloc_map *map);
int zmalloc_query_map(int maps, uintptr_t from, bool is_written, struct zmalloc_map *map);
void zmalloc_keep_process_folder(void);
void zmalloc_forget_process_folder(void);
bool zmalloc_read_at(int descriptor, void *to, size_t byte_count, uint64_t offset);
// The same file on a high number; the given one is closed.
int zmalloc_move_up(int descriptor);
int zmalloc_create_at(int directory, const char *name);
bool zmalloc_rename_at(int from_directory, const char *from, int to_directory, const char *to);
void zmalloc_unlink_at(int directory, const char *name);
bool zmalloc_write_at(int descriptor, const void *bytes, size_t byte_count, uint64_t offset);
ptrdiff_t zmalloc_read_link(const char *path, char *to, size_t capacity);
ptrdiff_t zmalloc_working_directory(char *to, size_t capacity);
bool zmalloc_identity(int descriptor, uint64_t *device, uint64_t *inode);
const char *zmalloc_error_text(int code);
int zmalloc_interrupted_code(void);
int zmalloc_name_too_long_code(void);
// Holds back SIGXFSZ and all others that have no business during a recording; returns what to give
// back.
uint64_t zmalloc_block_signals(void);
void zmalloc_restore_signals(uint64_t mask);

// Modules, through the dynamic linker. Stops when the visitor returns false.
struct zmalloc_module {
  uintptr_t bias, start, end;
  const char *path;
  const unsigned char *build_id;
  uint32_t build_id_size;
  uint32_t is_program, is_layer;
  // Writable segments, at most 8.
  uint32_t segment_count;
  uintptr_t segment_start[8], segment_end[8];
  // The number and size of its thread-local block, 0 for none.
  size_t tls_module, tls_size;
};
typedef bool (*zmalloc_module_visitor)(const struct zmalloc_module *module, void *context);
void zmalloc_visit_modules(zmalloc_module_visitor visitor, void *context);
// Keeps what there is now for the visits of forked copies.
void zmalloc_keep_modules(void);
// Lets forked copies find the pages of code that this process has found; once is enough.
void zmalloc_inherit_code(void);
const uintptr_t *zmalloc_segment_starts(const struct zmalloc_module *module);
const uintptr_t *zmalloc_segment_ends(const struct zmalloc_module *module);
// A thread's block of thread-locals for a module, 0 where it has none yet. Reads the thread's
// vector of blocks, which the ABI places ("ELF Handling For Thread-Local Storage", Drepper).
uintptr_t zmalloc_thread_local_block(uintptr_t thread_pointer, size_t module);
// The bytes of a thread's control block that may hold pointers.
size_t zmalloc_thread_control_size(void);

// The unwinder: opens libunwind out of the program's sight; null when it is not installed.
typedef int (*zmalloc_backtrace)(void **buffer, int size);
zmalloc_backtrace zmalloc_open_unwinder(void);
void zmalloc_forget_unwind_cache(void);
// Runs the work of the last hook in a frame from which a walk leads out of exit.
void zmalloc_with_context(void (*work)(void *), void *argument);
// Where the program called exit or quick_exit, in that work: the registers that it keeps and its
// stack pointer. False elsewhere, or where no way leads out.
bool zmalloc_registers_before_exit(uintptr_t registers[16], uintptr_t *stack_pointer);
// The same without an unwinder, for the stack alone: `stack_pointer` itself where no call of exit
// stands above it.
uintptr_t zmalloc_stack_before_exit(uintptr_t stack_pointer);
// In a process that shares the unwinder's table with others: it no longer does.
void zmalloc_keep_unwinder_apart(void);

// Registers that a callee has to keep, spilled where the leak scan can read them: calls `visit`
// with them and the stack pointer.
typedef void (*zmalloc_register_visitor)(const uintptr_t *registers, uint32_t count,
                                         uintptr_t stack_pointer, void *context);
void zmalloc_with_registers(zmalloc_register_visitor visit, void *context);

// Signals and threads.
bool zmalloc_on_signal_stack(void);
void zmalloc_install_fatal_handlers(void);
// A signal that asks for a look at all blocks: any but those that cannot be caught or are fatal.
bool zmalloc_may_be_sweep_signal(int signal);
void zmalloc_install_sweep_signal(int signal);
// The same where somebody has put another handler in place of ours.
void zmalloc_renew_fatal_handlers(void);
bool zmalloc_fatal_handler_is_ours(int signal);
void zmalloc_lend_signal_stack(struct zmalloc_thread *thread);
void zmalloc_take_back_signal_stack(struct zmalloc_thread *thread);
// Runs the stack walk of a crash so that a fault in it comes back; false then.
bool zmalloc_capture_crash(struct zmalloc_thread *thread, uint32_t frame_limit, uintptr_t pc,
                           uintptr_t stack_pointer);
void zmalloc_watch_thread_end(struct zmalloc_thread *thread);
void zmalloc_read_thread_name(uint32_t kernel_id, char *name);
// Appends a number to a string. By hand: printf takes kilobytes of a stack that may be small.
void zmalloc_append_number(char *string, uint32_t number);
void zmalloc_flush_streams(void);
// malloc_usable_size of the library below, for pointers that are not ours; 0 where it cannot be
// asked.
size_t zmalloc_below_usable_size(void *pointer);
void zmalloc_find_below(void);

#endif
