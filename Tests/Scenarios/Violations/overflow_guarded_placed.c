// A read past the end of a block, where a page without access stands, from a place: 0 main, 1 the
// handler of a signal, 2 the same on a stack of its own, 3 a second thread, 4 a forked child, 5 a
// program that catches its own faults, 6 a thread while others allocate.
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "../scenario.h"

static volatile char *block;

static void touch(void) { (void)block[BAD ? 32 : 0]; }
static void on_signal(int signal) {
  (void)signal;
  touch();
}
static void on_fault(int signal) {
  (void)signal;
  dprintf(1, "the program's handler\n");
  _exit(3);
}
static void *work(void *unused) {
  touch();
  return unused;
}
static void *churn_on(void *unused) {
  for (int i = 0; i < 2000; i++) FREE(hidden(ALLOC((size_t)i)));
  return unused;
}

int main(int count, char **values) {
  size_t place = argument(count, values, 1, 0);
  block = hidden(ALLOC(32));
  CHECK(block);
  if (place == 0) touch();
  if (place == 1 || place == 2) {
    static char room[1 << 16];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    CHECK(place == 1 || sigaltstack(&stack, 0) == 0);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = place == 2 ? SA_ONSTACK : 0};
    CHECK(sigaction(SIGUSR1, &action, 0) == 0);
    raise(SIGUSR1);
  }
  if (place == 3 || place == 6) {
    pthread_t one, others[2];
    if (place == 6) for (int i = 0; i < 2; i++) pthread_create(&others[i], 0, churn_on, 0);
    pthread_create(&one, 0, work, 0);
    pthread_join(one, 0);
    if (place == 6) for (int i = 0; i < 2; i++) pthread_join(others[i], 0);
  }
  if (place == 4) {
    pid_t child = fork();
    if (child == 0) {
      // What the child does is its own.
      block = hidden(ALLOC(32));
      touch();
      FREE((void *)block);
      _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    FREE((void *)block);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  if (place == 5) {
    struct sigaction action = {.sa_handler = on_fault};
    CHECK(sigaction(SIGSEGV, &action, 0) == 0);
    touch();
  }
  FREE((void *)block);
  return 0;
}
