// sigaction and signal: the program's wish for a fatal signal is kept, and obeyed by our handler after it has
// recorded the crash. C for libc's names and because handlers are variadic in type.
#ifdef PRELOAD
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>

#include "CZMalloc.h"

#define EXPORT __attribute__((visibility("default")))

typedef int (*action_function)(int, const struct sigaction *, struct sigaction *);
typedef void (*handler)(int);

static action_function real_action(void) {
  static action_function real;
  action_function known = __atomic_load_n(&real, __ATOMIC_ACQUIRE);
  if (!known) {
    known = (action_function)dlsym(RTLD_NEXT, "sigaction");
    __atomic_store_n(&real, known, __ATOMIC_RELEASE);
  }
  return known;
}

// Before anybody asks for a signal: dlsym is not for handlers.
__attribute__((constructor(101))) static void find_action(void) {
  zmalloc_use_sigaction(real_action());
}

EXPORT int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  if (!zmalloc_signal_is_ours(signal)) return real_action()(signal, action, old);
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
  sigaddset(&action.sa_mask, signal);
  return sigaction(signal, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

// BSD's meaning, which glibc's `signal` has: system calls restart, the handler stays.
EXPORT handler signal(int number, handler wanted) {
  return set_handler(number, wanted, SA_RESTART);
}

EXPORT handler bsd_signal(int number, handler wanted) {
  return set_handler(number, wanted, SA_RESTART);
}

EXPORT handler sysv_signal(int number, handler wanted) {
  return set_handler(number, wanted, (int)SA_RESETHAND | SA_NODEFER);
}

EXPORT handler __sysv_signal(int number, handler wanted) {
  return set_handler(number, wanted, (int)SA_RESETHAND | SA_NODEFER);
}
#endif
