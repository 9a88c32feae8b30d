// Fatal signals and the ends of threads. C, because a handler's context is a struct of the machine,
// because sigaction's handlers are macros with casts, and because a fault in a stack walk has to
// come back by longjmp.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "interpose/interpose.h"
#include "zmalloc_entrance.h"
#include "zmalloc_signals.h"

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
enum { fatal_count = sizeof fatal_signals / sizeof *fatal_signals };

// What the program has asked for, by signal number.
struct sigaction zmalloc_program_actions[NSIG];
static bool is_installed[NSIG];
// libc's own name for it: ours is the public one in some builds, and may not be asked for before
// the dynamic linker is ready.
int __sigaction(int signal, const struct sigaction *action, struct sigaction *old);
static int (*real_sigaction)(int, const struct sigaction *, struct sigaction *) = __sigaction;
static void handle(int signal, siginfo_t *info, void *context);

void zmalloc_use_sigaction(int (*real)(int, const struct sigaction *, struct sigaction *)) {
  real_sigaction = real;
}

bool zmalloc_signal_is_ours(int signal) {
  return signal > 0 && signal < NSIG && is_installed[signal];
}

static uintptr_t *program_counter(ucontext_t *context) {
#if defined(__x86_64__)
  return (uintptr_t *)&context->uc_mcontext.gregs[REG_RIP];
#else
  return (uintptr_t *)&context->uc_mcontext.pc;
#endif
}

static uintptr_t stack_pointer(ucontext_t *context) {
#if defined(__x86_64__)
  return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#else
  return (uintptr_t)context->uc_mcontext.sp;
#endif
}

// What the faulting instruction did: the processor says so of a page fault, where it is x86's.
static uint32_t access_of(const ucontext_t *context) {
#if defined(__x86_64__)
  enum { page_fault = 14, is_write = 2 };
  if (context->uc_mcontext.gregs[REG_TRAPNO] == page_fault)
    return context->uc_mcontext.gregs[REG_ERR] & is_write ? ZMALLOC_WRITES : ZMALLOC_READS;
#else
  (void)context;
#endif
  return ZMALLOC_ACCESSES;
}

// Hands the signal on to the program's own handler, or lets it kill as it would have.
static void hand_on(int signal, siginfo_t *info, void *context) {
  struct sigaction *action = &zmalloc_program_actions[signal];
  if (action->sa_handler == SIG_IGN && info->si_code <= 0) return;
  if (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN) {
    struct sigaction fallback = {.sa_handler = SIG_DFL};
    real_sigaction(signal, &fallback, 0);
    is_installed[signal] = false;
    // A fault happens again when we return; what was sent has to be sent again, and so has a trap,
    // after which the program would go on.
    bool is_trap = signal == SIGTRAP || signal == SIGSYS;
    if (is_trap || (info->si_code <= 0 && signal != SIGABRT))
      syscall(SYS_tgkill, syscall(SYS_getpid), syscall(SYS_gettid), signal);
    return;
  }
  struct sigaction chosen = *action;
  if (chosen.sa_flags & (int)SA_RESETHAND) *action = (struct sigaction){.sa_handler = SIG_DFL};
  sigset_t blocked = chosen.sa_mask, before;
  if (!(chosen.sa_flags & SA_NODEFER)) sigaddset(&blocked, signal);
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, &blocked, &before, NSIG / 8);
  if (chosen.sa_flags & SA_SIGINFO) chosen.sa_sigaction(signal, info, context);
  else chosen.sa_handler(signal);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, NSIG / 8);
}

static void handle(int signal, siginfo_t *info, void *raw) {
  ucontext_t *context = raw;
  int saved = errno;
  uintptr_t pc = *program_counter(context), recovery = zmalloc_probe_recovery(pc);
  if (recovery && (signal == SIGSEGV || signal == SIGBUS)) {
    *program_counter(context) = recovery;
    return;
  }
  if (signal == SIGSYS && info->si_code == 1) zmalloc_layer_stopped_outside();
  struct zmalloc_thread *thread = zmalloc_current;
  if (thread && thread->recovery) siglongjmp(*(sigjmp_buf *)thread->recovery, 1);
  struct sigaction *action = &zmalloc_program_actions[signal];
  bool has_handler = action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
  if (!(action->sa_handler == SIG_IGN && info->si_code <= 0)) {
    uintptr_t address = info->si_code > 0 ? (uintptr_t)info->si_addr : 0;
    struct zmalloc_fault fault = {signal, info->si_code, address, pc, stack_pointer(context),
                                  access_of(context), has_handler};
    if (zmalloc_layer_fatal_signal(&fault)) {
      errno = saved;
      return;
    }
  }
  errno = saved;
  hand_on(signal, info, context);
}

void zmalloc_install_fatal_handlers(void) {
  struct sigaction ours = {.sa_sigaction = handle};
  // SA_NODEFER: the probes fault inside the handler, and so may a stack walk.
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int i = 0; i < fatal_count; i++) {
    int signal = fatal_signals[i];
    // Where a failure is planned they stand from the first allocation on.
    if (is_installed[signal]) continue;
    struct sigaction *program = &zmalloc_program_actions[signal];
    if (real_sigaction(signal, 0, program) != 0) continue;
    is_installed[signal] = real_sigaction(signal, &ours, 0) == 0;
  }
#ifdef ZMALLOC_INTERPOSES
  // Nobody replaces the handler or blocks its signals without our seeing it.
  zmalloc_probe_trust_handler(is_installed[SIGSEGV] && is_installed[SIGBUS]);
#endif
}

bool zmalloc_may_be_sweep_signal(int signal) {
  for (int i = 0; i < fatal_count; i++)
    if (fatal_signals[i] == signal) return false;
  return signal > 0 && signal < NSIG && signal != SIGKILL && signal != SIGSTOP && signal != 32 &&
         signal != 33;
}

// Looks at all blocks at once, unless it interrupts the layer itself: then at the next operation.
static void sweep(int signal, siginfo_t *info, void *raw) {
  (void)signal;
  (void)info;
  ucontext_t *context = raw;
  int saved = errno;
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (thread) {
    // What was captured ahead for the call that this interrupts is gone.
    thread->captured_by = 0;
    zmalloc_capture_crash(thread, zmalloc_switches.allocation_frames, *program_counter(context),
                          stack_pointer(context));
    zmalloc_layer_check(thread);
    zmalloc_visit_end();
  } else {
    zmalloc_layer_check_later();
  }
  errno = saved;
}

void zmalloc_install_sweep_signal(int signal) {
  struct sigaction ours = {.sa_sigaction = sweep, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  real_sigaction(signal, &ours, 0);
}

void zmalloc_renew_fatal_handlers(void) {
  for (int i = 0; i < fatal_count; i++)
    if (!zmalloc_fatal_handler_is_ours(fatal_signals[i])) is_installed[fatal_signals[i]] = false;
  zmalloc_install_fatal_handlers();
}

bool zmalloc_fatal_handler_is_ours(int signal) {
  struct sigaction now;
  if (real_sigaction(signal, 0, &now) != 0) return false;
  return (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == handle;
}

bool zmalloc_capture_crash(struct zmalloc_thread *thread, uint32_t frame_limit, uintptr_t pc,
                           uintptr_t sp) {
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0) {
    thread->recovery = 0;
    thread->frames[0] = pc;
    thread->first_frame = 0;
    thread->frame_count = 1;
    thread->frame_flags = 1 | 2;  // cut, exact
    return false;
  }
  thread->recovery = &here;
  zmalloc_capture_signal(thread, frame_limit, pc, sp);
  thread->recovery = 0;
  return true;
}

bool zmalloc_on_signal_stack(void) {
  stack_t now;
  return sigaltstack(0, &now) == 0 && (now.ss_flags & SS_ONSTACK);
}

enum { signal_stack_size = 65536 };

// A stack that overflowed cannot run a handler: each thread without a signal stack gets one of
// ours.
void zmalloc_lend_signal_stack(struct zmalloc_thread *thread) {
  stack_t now;
  if (sigaltstack(0, &now) != 0 || !(now.ss_flags & SS_DISABLE)) return;
  void *memory = thread->signal_stack ? thread->signal_stack : zmalloc_map(signal_stack_size);
  if (!memory) return;
  thread->signal_stack = memory;
  stack_t lent = {.ss_sp = memory, .ss_size = signal_stack_size};
  sigaltstack(&lent, 0);
}

void zmalloc_take_back_signal_stack(struct zmalloc_thread *thread) {
  stack_t now;
  if (!thread->signal_stack || sigaltstack(0, &now) != 0 || now.ss_sp != thread->signal_stack)
    return;
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, 0);
}

static pthread_key_t thread_key;
static bool thread_key_works;

static void make_thread_key(void) {
  thread_key_works = pthread_key_create(&thread_key, zmalloc_layer_thread_ends) == 0;
}

void zmalloc_watch_thread_end(struct zmalloc_thread *thread) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_thread_key);
  if (thread_key_works) pthread_setspecific(thread_key, thread);
}
#endif
