// Stops all other threads. C, because a handler's context and the kernel's own sigaction are
// structs of the machine, and because the signal is one that libc keeps for itself: 33, by which
// glibc changes the user of all threads, is in no mask that a program can set and in no sigwait.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <fcntl.h>
#include <link.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>

enum { stop_signal = 33, mask_size = 8 };

// What rt_sigaction takes and gives; libc's struct is another, and libc refuses this signal.
struct kernel_action {
  union {
    void (*handler)(int);
    void (*with_info)(int, siginfo_t *, void *);
  };
  unsigned long flags;
#if defined(__x86_64__)
  void (*restorer)(void);
#endif
  uint64_t mask;
};

static struct {
  struct zmalloc_stopped *table;
  uint32_t capacity;
  uint32_t last;      // the number of the last stop
  uint32_t current;   // the number of the stop in force, 0 for none; stopped threads wait here
  uint32_t arrivals;
} stop;

// glibc's, which obeys setuid and its kind.
static struct kernel_action before;

#if defined(__x86_64__)
enum { flag_restorer = 0x04000000 };
// The bytes are those by which unwinders know the kernel's frame.
__asm__(
    ".text\n.p2align 4\n.hidden zmalloc_stop_return\n.globl zmalloc_stop_return\n"
    ".type zmalloc_stop_return,@function\n  nop\n"
    "zmalloc_stop_return: movq $15, %rax\n  syscall\n"
    ".size zmalloc_stop_return,.-zmalloc_stop_return\n");
extern void zmalloc_stop_return(void);
#endif

static void futex(uint32_t *word, int operation, uint32_t value, const struct timespec *time) {
  syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, time, 0, 0);
}

static bool change_place(struct zmalloc_stopped *mine, uint32_t number, uint32_t from,
                         uint32_t to) {
  uint32_t expected = number << 8 | from;
  return __atomic_compare_exchange_n(&mine->state, &expected, number << 8 | to, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

// What a thread keeps across a call of the kernel is in no wide register: none that its caller
// could still read.
static bool is_in_kernel_call(uintptr_t pc) {
#if defined(__x86_64__)
  uint64_t word;
  return zmalloc_probe_load((const void *)(pc - 2), &word) && (word & 0xffff) == 0x050f;
#else
  uint64_t word;
  return zmalloc_probe_load((const void *)(pc - 4), &word) && (uint32_t)word == 0xd4000001;
#endif
}

static void describe(struct zmalloc_stopped *mine, ucontext_t *context) {
  mine->thread_pointer = (uintptr_t)__builtin_thread_pointer();
  mine->wide_registers = mine->wide_registers_end = 0;
  bool has_alternate = !(context->uc_stack.ss_flags & SS_DISABLE);
  mine->alternate = has_alternate ? (uintptr_t)context->uc_stack.ss_sp : 0;
  mine->alternate_end = has_alternate ? mine->alternate + context->uc_stack.ss_size : 0;
#if defined(__x86_64__)
  greg_t *general = context->uc_mcontext.gregs;
  mine->stack_pointer = (uintptr_t)general[REG_RSP];
  mine->registers = (uintptr_t)general;
  mine->registers_end = (uintptr_t)(general + REG_RIP);
  uintptr_t wide = (uintptr_t)context->uc_mcontext.fpregs;
  if (!wide || is_in_kernel_call((uintptr_t)general[REG_RIP])) return;
  // The size of what processors saved since 2009 stands behind what they saved before
  // (asm/sigcontext.h, struct _fpx_sw_bytes); the wide registers begin at 160.
  const uint32_t *extended = (const uint32_t *)(wide + 464);
  mine->wide_registers = wide + 160;
  mine->wide_registers_end = wide + (extended[0] == 0x46505853u ? extended[1] & ~7u : 512u);
#else
  mine->stack_pointer = (uintptr_t)context->uc_mcontext.sp;
  mine->registers = (uintptr_t)context->uc_mcontext.regs;
  mine->registers_end = mine->registers + 31 * sizeof(uintptr_t);
  if (is_in_kernel_call((uintptr_t)context->uc_mcontext.pc)) return;
  mine->wide_registers = (uintptr_t)context->uc_mcontext.__reserved;
  mine->wide_registers_end = mine->wide_registers + 528;
#endif
}

static void handle_stop(int signal, siginfo_t *info, void *context) {
  uint64_t token = (uint64_t)(uintptr_t)info->si_value.sival_ptr;
  uint32_t number = (uint32_t)(token >> 32), index = (uint32_t)token;
  if (info->si_code == SI_USER && info->si_pid != (pid_t)syscall(SYS_getpid)) {
    zmalloc_requested((uint32_t)info->si_pid, context);
    return;
  }
  if (info->si_code != SI_QUEUE) {
    if (before.flags & SA_SIGINFO) before.with_info(signal, info, context);
    return;
  }
  int saved = errno;
  if (number == __atomic_load_n(&stop.current, __ATOMIC_ACQUIRE) && number != 0 &&
      index < stop.capacity) {
    struct zmalloc_stopped *mine = &stop.table[index];
    if (change_place(mine, number, ZMALLOC_THREAD_ASKED, ZMALLOC_THREAD_ARRIVING)) {
      describe(mine, context);
      change_place(mine, number, ZMALLOC_THREAD_ARRIVING, ZMALLOC_THREAD_STOPPED);
      __atomic_add_fetch(&stop.arrivals, 1, __ATOMIC_RELEASE);
      futex(&stop.arrivals, FUTEX_WAKE, 1, 0);
      while (__atomic_load_n(&stop.current, __ATOMIC_ACQUIRE) == number)
        futex(&stop.current, FUTEX_WAIT, number, 0);
      zmalloc_restart_call(context);
    }
  }
  errno = saved;
}

// glibc installs its own handler with the first thread, possibly after ours.
bool zmalloc_take_stop_signal(void) {
  struct kernel_action now, ours = {0};
  if (syscall(SYS_rt_sigaction, stop_signal, 0, &now, mask_size) != 0) return false;
  if (now.with_info == handle_stop) return true;
  before = now;
  ours.with_info = handle_stop;
  ours.flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
#if defined(__x86_64__)
  ours.flags |= flag_restorer;
  ours.restorer = zmalloc_stop_return;
#endif
  // Nobody else's handler runs on top of a stopped thread; faults of its own still have to.
  ours.mask = ~(1ull << (SIGSEGV - 1) | 1ull << (SIGBUS - 1));
  return syscall(SYS_rt_sigaction, stop_signal, &ours, 0, mask_size) == 0;
}

bool zmalloc_stop_begin(struct zmalloc_stopped *table, uint32_t capacity) {
  if (!zmalloc_take_stop_signal()) return false;
  stop.table = table;
  stop.capacity = capacity;
  // 24 bits of it stand in each thread's state.
  stop.last = (stop.last + 1) & 0xffffff;
  if (stop.last == 0) stop.last = 1;
  __atomic_store_n(&stop.arrivals, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&stop.current, stop.last, __ATOMIC_RELEASE);
  return true;
}

bool zmalloc_stop_ask(uint32_t index) {
  struct zmalloc_stopped *thread = &stop.table[index];
  __atomic_store_n(&thread->state, stop.current << 8 | ZMALLOC_THREAD_ASKED, __ATOMIC_RELEASE);
  siginfo_t info = {0};
  info.si_signo = stop_signal;
  info.si_code = SI_QUEUE;
  info.si_pid = (pid_t)syscall(SYS_getpid);
  info.si_value.sival_ptr = (void *)(uintptr_t)((uint64_t)stop.current << 32 | index);
  int saved = errno;
  long code = syscall(SYS_rt_tgsigqueueinfo, info.si_pid, thread->kernel_id, stop_signal, &info);
  bool is_gone = code != 0 && errno == ESRCH;
  errno = saved;
  return !is_gone;
}

uint32_t zmalloc_stop_place(uint32_t index) {
  return __atomic_load_n(&stop.table[index].state, __ATOMIC_ACQUIRE) & 0xff;
}

bool zmalloc_stop_give_up(uint32_t index, uint32_t place) {
  return change_place(&stop.table[index], stop.current, ZMALLOC_THREAD_ASKED, place);
}

uint32_t zmalloc_stop_arrivals(void) {
  return __atomic_load_n(&stop.arrivals, __ATOMIC_ACQUIRE);
}

void zmalloc_stop_wait(uint32_t arrivals) {
  struct timespec hundredth = {.tv_nsec = 10000000};
  int saved = errno;
  futex(&stop.arrivals, FUTEX_WAIT, arrivals, &hundredth);
  errno = saved;
}

void zmalloc_stop_end(void) {
  __atomic_store_n(&stop.current, 0, __ATOMIC_RELEASE);
  futex(&stop.current, FUTEX_WAKE, INT32_MAX, 0);
}

void zmalloc_stop_forget(void) { __atomic_store_n(&stop.current, 0, __ATOMIC_RELEASE); }

struct locked {
  void (*work)(void *);
  void *context;
};

static int work_once(struct dl_phdr_info *info, size_t byte_count, void *raw) {
  (void)info, (void)byte_count;
  const struct locked *locked = raw;
  locked->work(locked->context);
  return 1;
}

void zmalloc_with_modules_locked(void (*work)(void *), void *context) {
  struct locked locked = {work, context};
  dl_iterate_phdr(work_once, &locked);
}

// The kernel's struct linux_dirent64.
struct folder_entry {
  uint64_t inode;
  int64_t next;
  unsigned short byte_count;
  unsigned char kind;
  char name[];
};

ptrdiff_t zmalloc_list_threads(uint32_t *ids, size_t capacity) {
  // One thread at a time is here, and its stack may be small.
  static _Alignas(16) char buffer[4096];
  int folder = zmalloc_open_tasks();
  if (folder < 0) return -1;
  size_t count = 0;
  long got;
  while ((got = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0)
    for (long at = 0; at < got;) {
      const struct folder_entry *entry = (const struct folder_entry *)(buffer + at);
      uint32_t id = 0;
      for (const char *digit = entry->name; *digit >= '0' && *digit <= '9'; digit++)
        id = id * 10 + (uint32_t)(*digit - '0');
      if (id != 0 && count < capacity) ids[count++] = id;
      at += entry->byte_count;
    }
  close(folder);
  return got < 0 ? -1 : (ptrdiff_t)count;
}

bool zmalloc_own_stack(uintptr_t *start, uintptr_t *end) {
  pthread_attr_t attributes;
  void *address;
  size_t byte_count;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
  bool is_known = pthread_attr_getstack(&attributes, &address, &byte_count) == 0;
  pthread_attr_destroy(&attributes);
  if (!is_known) return false;
  *start = (uintptr_t)address;
  *end = (uintptr_t)address + byte_count;
  return true;
}

bool zmalloc_alternate_stack(uintptr_t *start, uintptr_t *end) {
  stack_t now;
  if (sigaltstack(0, &now) != 0 || now.ss_flags & SS_DISABLE) return false;
  *start = (uintptr_t)now.ss_sp;
  *end = *start + now.ss_size;
  return true;
}

// On x86-64 the first word and the third are the address itself (the ABI; nptl's tcbhead_t).
bool zmalloc_is_control_block(uintptr_t thread_pointer) {
#if defined(__x86_64__)
  uint64_t first, third;
  return thread_pointer && zmalloc_probe_load((const void *)thread_pointer, &first) &&
         zmalloc_probe_load((const void *)(thread_pointer + 16), &third) &&
         first == thread_pointer && third == thread_pointer;
#else
  return thread_pointer != 0;
#endif
}

// The frame of a signal begins with the address that the handler returns to, whose code asks the
// kernel to go back; the saved context follows.
uintptr_t zmalloc_interrupted_stack(uintptr_t from, uintptr_t to, uintptr_t low, uintptr_t high) {
#if defined(__x86_64__)
  const uint64_t code = 0x050f0000000fc0c7ull;  // the last bytes of `mov $15, %rax; syscall`
  for (uintptr_t at = from & ~(uintptr_t)7; at + sizeof(ucontext_t) + 8 <= to; at += 8) {
    uint64_t word, found, stack;
    if (!zmalloc_probe_load((const void *)at, &word)) return 0;
    if (word < 65536 || word >> 47 || !zmalloc_probe_load((const void *)(word + 1), &found))
      continue;
    size_t place = offsetof(ucontext_t, uc_mcontext.gregs) + REG_RSP * sizeof(greg_t);
    if (found != code || !zmalloc_probe_load((const void *)(at + 8 + place), &stack)) continue;
    if (stack >= low && stack < high) return stack;
  }
#else
  (void)from, (void)to, (void)low, (void)high;
#endif
  return 0;
}
#endif
