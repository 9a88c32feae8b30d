// Memory, locks, time and identity from the kernel. See zmalloc_process.h for why they are C.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <elf.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>

enum { page_size = 4096 };

// One page without access stands before each mapping: the kernel then never merges it with a
// thread's stack, which the leak scan reads whole.
void *zmalloc_map(size_t byte_count) {
  char *at = mmap(0, byte_count + page_size, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return 0;
  if (mprotect(at + page_size, byte_count, PROT_READ | PROT_WRITE) != 0) {
    munmap(at, byte_count + page_size);
    return 0;
  }
  return at + page_size;
}

void zmalloc_unmap(void *at, size_t byte_count) {
  munmap((char *)at - page_size, byte_count + page_size);
}

bool zmalloc_forbid(void *at, size_t byte_count) {
  return mprotect(at, byte_count, PROT_NONE) == 0;
}

bool zmalloc_permit(void *at, size_t byte_count) {
  return mprotect(at, byte_count, PROT_READ | PROT_WRITE) == 0;
}

void zmalloc_keep_pages_small(void *at, size_t byte_count) {
  madvise(at, byte_count, MADV_NOHUGEPAGE);
}

void zmalloc_make_pages_large(void *at, size_t byte_count) {
  // What is smaller may stand in a mapping with others, whose pages shall stay small.
  enum { large = 2 << 20, least = 8 << 20 };
  if (byte_count <= least) return;
  uintptr_t start = ((uintptr_t)at + large - 1) & ~(uintptr_t)(large - 1);
  uintptr_t end = ((uintptr_t)at + byte_count) & ~(uintptr_t)(large - 1);
  if (end > start) madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void zmalloc_drop_pages(void *at, size_t byte_count) { madvise(at, byte_count, MADV_DONTNEED); }

// Never counted against the system's promise: areas of one kind merge, whatever was in them.
enum { reserved_flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };

void *zmalloc_reserve(size_t byte_count) {
  void *at = mmap(0, byte_count, PROT_NONE, reserved_flags, -1, 0);
  return at == MAP_FAILED ? 0 : at;
}

bool zmalloc_close_pages(void *at, size_t byte_count) {
  return mmap(at, byte_count, PROT_NONE, reserved_flags | MAP_FIXED, -1, 0) == at;
}

uint32_t *zmalloc_map_epoch(void) {
  uint32_t *page = zmalloc_map(page_size);
  // Without the kernel's help (before 4.14) forks are noticed by the atfork handler alone.
  if (page) madvise(page, page_size, MADV_WIPEONFORK);
  return page;
}

void zmalloc_futex_wait(uint32_t *word, uint32_t value) {
  int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, 0, 0, 0);
  errno = saved;
}

void zmalloc_futex_wake(uint32_t *word) {
  int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
  errno = saved;
}

void zmalloc_wait_for(uint32_t *shared, uint32_t wanted) {
  uint32_t value;
  while ((value = __atomic_load_n(shared, __ATOMIC_ACQUIRE)) != wanted)
    syscall(SYS_futex, shared, FUTEX_WAIT, value, 0, 0, 0);
}

void zmalloc_yield(void) { sched_yield(); }

void zmalloc_pause(void) {
  struct timespec time = {.tv_nsec = 10000000};
  nanosleep(&time, 0);
}

uintptr_t zmalloc_linker_base(void) { return getauxval(AT_BASE); }

uint32_t zmalloc_process_id(void) { return (uint32_t)syscall(SYS_getpid); }
// The copy that records for a running process answers for that one.
static struct {
  bool is_kept;
  uint32_t process, parent, thread;
  uint64_t time;
} identity;

void zmalloc_note_identity(void) {
  identity.process = zmalloc_process_id();
  identity.parent = zmalloc_parent_id();
  identity.thread = zmalloc_thread_id();
  identity.time = zmalloc_process_time();
}

void zmalloc_keep_identity(void) { identity.is_kept = true; }
uint32_t zmalloc_kept_process(void) { return identity.is_kept ? identity.process : 0; }

uint32_t zmalloc_parent_id(void) {
  return identity.is_kept ? identity.parent : (uint32_t)syscall(SYS_getppid);
}
uint32_t zmalloc_thread_id(void) {
  return identity.is_kept ? identity.thread : (uint32_t)syscall(SYS_gettid);
}
uintptr_t zmalloc_thread_pointer(void) { return (uintptr_t)__builtin_thread_pointer(); }

#ifdef PRELOAD
// The public name is our own, and may say a fixed time.
int zmalloc_read_clock(clockid_t clock, struct timespec *now);
#else
static int zmalloc_read_clock(clockid_t clock, struct timespec *now) {
  return clock_gettime(clock, now);
}
#endif

static uint64_t clock_nanoseconds(clockid_t clock) {
  struct timespec now;
  zmalloc_read_clock(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t zmalloc_wall_time(void) { return clock_nanoseconds(CLOCK_REALTIME); }
uint64_t zmalloc_coarse_time(void) { return clock_nanoseconds(CLOCK_MONOTONIC_COARSE); }
uint64_t zmalloc_fine_time(void) { return clock_nanoseconds(CLOCK_MONOTONIC); }
uint64_t zmalloc_process_time(void) {
  return identity.is_kept ? identity.time : clock_nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
}

bool zmalloc_is_secure(void) { return getauxval(AT_SECURE) != 0; }

uint64_t zmalloc_random(void) {
  uint64_t value = 0;
  // The kernel's 16 bytes for this process serve where the call is missing or would wait.
  if (syscall(SYS_getrandom, &value, sizeof value, GRND_NONBLOCK) != sizeof value) {
    const void *seed = (const void *)getauxval(AT_RANDOM);
    if (seed) memcpy(&value, seed, sizeof value);
  }
  return value;
}

_Noreturn void zmalloc_exit_now(int status) {
  for (;;) syscall(SYS_exit_group, status);
}

const char *zmalloc_machine(void) {
#if defined(__x86_64__)
  return "x86_64";
#else
  return "aarch64";
#endif
}

// The environment as the kernel laid it, for allocations that come before libc has set `environ`.
static char early_environment[65536];

static const char *find_in(const char *block, size_t byte_count, const char *name) {
  size_t length = strlen(name);
  for (const char *at = block; at < block + byte_count; at += strlen(at) + 1)
    if (strncmp(at, name, length) == 0 && at[length] == '=') return at + length + 1;
  return 0;
}

const char *zmalloc_environment(const char *name) {
  extern char **environ;
  if (environ) return getenv(name);
  int descriptor = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  size_t filled = 0;
  for (;;) {
    size_t room = sizeof early_environment - 1 - filled;
    ssize_t got = read(descriptor, early_environment + filled, room);
    if (got <= 0) break;
    filled += (size_t)got;
  }
  close(descriptor);
  early_environment[filled] = 0;
  return find_in(early_environment, filled, name);
}
#endif
