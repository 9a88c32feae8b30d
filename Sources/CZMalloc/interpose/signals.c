// sigaction and signal: the program's wish for a fatal signal is kept, and obeyed by our handler
// after it has recorded the crash. C for libc's names and because handlers are variadic in type.
#include "interpose.h"

#ifdef ZMALLOC_INTERPOSES
#include <errno.h>
#include <signal.h>

#include "CZMalloc.h"

typedef int (*action_function)(int, const struct sigaction *, struct sigaction *);
typedef void (*handler)(int);

static action_function real_action(void) {
  static void *known;
  return (action_function)zmalloc_next(&known, "sigaction");
}

// A thread that blocks SIGSEGV dies of a fault without a handler: the probes of freed memory need
// theirs.
static unsigned keep_open(sigset_t *set) {
  unsigned wanted = sigismember(set, SIGSEGV) == 1 ? 1 : 0;
  if (sigismember(set, SIGBUS) == 1) wanted |= 2;
  sigdelset(set, SIGSEGV);
  sigdelset(set, SIGBUS);
  return wanted;
}

typedef int (*mask_function)(int, const sigset_t *, sigset_t *);

// Blocks what the program wants blocked but the two faults; it reads its own wish back.
static int change_mask(mask_function real, int how, const sigset_t *set, sigset_t *old) {
  struct zmalloc_thread *thread = zmalloc_current;
  if (zmalloc_switches.mode != 2 || !thread) return real(how, set, old);
  unsigned before = thread->blocked_faults, wanted = 0;
  sigset_t open;
  if (set) {
    open = *set;
    if (how != SIG_UNBLOCK) wanted = keep_open(&open);
  }
  int code = real(how, set ? &open : 0, old);
  if (code != 0) return code;
  if (set && how == SIG_BLOCK) thread->blocked_faults = before | wanted;
  if (set && how == SIG_SETMASK) thread->blocked_faults = wanted;
  if (set && how == SIG_UNBLOCK) {
    if (sigismember(set, SIGSEGV) == 1) thread->blocked_faults &= ~1u;
    if (sigismember(set, SIGBUS) == 1) thread->blocked_faults &= ~2u;
  }
  if (old && before & 1) sigaddset(old, SIGSEGV);
  if (old && before & 2) sigaddset(old, SIGBUS);
  return 0;
}

static mask_function real_thread_mask(void) {
  static void *known;
  return (mask_function)zmalloc_next(&known, "pthread_sigmask");
}

static mask_function real_mask(void) {
  static void *known;
  return (mask_function)zmalloc_next(&known, "sigprocmask");
}

ZMALLOC_EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  return change_mask(real_thread_mask(), how, set, old);
}

ZMALLOC_EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  return change_mask(real_mask(), how, set, old);
}

// Before anybody asks for a signal: dlsym is not for handlers, nor for the unwinder, which blocks
// signals.
__attribute__((constructor(101))) static void find_all(void) {
  zmalloc_use_sigaction(real_action());
  real_thread_mask();
  real_mask();
}

ZMALLOC_EXPORT int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  if (!zmalloc_signal_is_ours(signal)) {
    if (!action) return real_action()(signal, action, old);
    struct sigaction open = *action;
    keep_open(&open.sa_mask);
    return real_action()(signal, &open, old);
  }
  struct sigaction before = zmalloc_program_actions[signal];
  if (action) zmalloc_program_actions[signal] = *action;
  if (old) *old = before;
  return 0;
}

static handler set_handler(int signal, handler wanted, int flags) {
  struct sigaction action = {.sa_handler = wanted, .sa_flags = flags}, old;
  if (wanted == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  // System V's way leaves the signal open in its own handler.
  if (!(flags & SA_NODEFER)) sigaddset(&action.sa_mask, signal);
  return sigaction(signal, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

// BSD's meaning, which glibc's `signal` has: system calls restart, the handler stays.
ZMALLOC_EXPORT handler signal(int number, handler wanted) {
  return set_handler(number, wanted, SA_RESTART);
}

ZMALLOC_EXPORT handler bsd_signal(int number, handler wanted) {
  return set_handler(number, wanted, SA_RESTART);
}

ZMALLOC_EXPORT handler sysv_signal(int number, handler wanted) {
  return set_handler(number, wanted, (int)SA_RESETHAND | SA_NODEFER);
}

ZMALLOC_EXPORT handler __sysv_signal(int number, handler wanted) {
  return set_handler(number, wanted, (int)SA_RESETHAND | SA_NODEFER);
}
#endif
