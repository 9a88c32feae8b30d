// The life of the process: the constructor, the last hooks, and forks. C for the constructor and
// for libc's hooks.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <dlfcn.h>
#include <pthread.h>

int __cxa_atexit(void (*function)(void *), void *argument, void *library);
int __cxa_at_quick_exit(void (*function)(void *), void *library);

const struct zmalloc_elsewhere *zmalloc_elsewhere;

// exit does not tell its hooks the status: what stays is -1, what changes is a finding's.
enum { status_of_exit = -1 };

static void end(void *status) { *(int *)status = zmalloc_entrance_end(status_of_exit); }

static void await_report(void *ignored) {
  (void)ignored;
  zmalloc_layer_await_report();
}

static void at_exit(void *ignored) {
  (void)ignored;
  int status;
  // libc before 2.41 lets a second thread exit beside the first: this is what it has to run then.
  __cxa_atexit(await_report, 0, 0);
  zmalloc_with_context(end, &status);
  if (status == status_of_exit) return;
  // Standard streams are flushed after the last hook, which this way out leaves out.
  zmalloc_flush_streams();
  zmalloc_exit_now(status);
}

static void at_quick_exit_hook(void *ignored) {
  (void)ignored;
  int status;
  zmalloc_with_context(end, &status);
  if (status != status_of_exit) zmalloc_exit_now(status);
}

// A program that reads a variable before it wrote it finds what we left on the stack: the same in
// each run of a campaign, by whichever engine, and no pointer.
__attribute__((noinline)) static void spoil_stack_below(void) {
  volatile unsigned char dead[16384];
  for (size_t i = 0; i < sizeof dead; i++) dead[i] = 0xA5;
}

// Registered before the program's own handlers and the libraries' destructors, the hook runs after
// all of them. Null for the library: not when we are unloaded, but last of all.
__attribute__((constructor)) static void start(void) {
  if (!zmalloc_entrance_is_on() || ZMALLOC_ELSEWHERE) return;
  zmalloc_layer_start();
  __cxa_atexit(at_exit, 0, 0);
  __cxa_at_quick_exit(at_quick_exit_hook, 0);
  pthread_atfork(zmalloc_layer_before_fork, zmalloc_layer_after_fork_in_parent,
                 zmalloc_layer_after_fork);
  zmalloc_layer_serve();
  if (zmalloc_switches.is_tried) spoil_stack_below();
}

bool zmalloc_find_elsewhere(void) {
#ifndef PRELOAD
  zmalloc_elsewhere = dlsym(RTLD_DEFAULT, "zmalloc_preload_entrances");
#endif
  return zmalloc_elsewhere != 0;
}
#endif
