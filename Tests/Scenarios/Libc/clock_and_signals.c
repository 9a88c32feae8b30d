// gettimeofday with either argument missing, and what each way to set a handler blocks meanwhile.
#include <signal.h>
#include <sys/time.h>

#include "../scenario.h"

typedef void (*handler)(int);
handler __sysv_signal(int number, handler wanted);
handler bsd_signal(int number, handler wanted);

static const char *way;

static void tell(int number) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  dprintf(1, "%s: %s\n", way, sigismember(&now, number) ? "blocked" : "open");
}

static void try_way(const char *name, handler (*set)(int, handler), int number) {
  way = name;
  CHECK(set(number, tell) != SIG_ERR);
  raise(number);
  struct sigaction left;
  CHECK(sigaction(number, NULL, &left) == 0);
  dprintf(1, "%s: %s\n", name, left.sa_handler == SIG_DFL ? "once" : "stays");
  signal(number, SIG_DFL);
}

int main(void) {
  const int numbers[] = {SIGUSR1, SIGTRAP};
  for (int i = 0; i < 2; i++) {
    try_way("signal", signal, numbers[i]);
    try_way("bsd_signal", bsd_signal, numbers[i]);
    try_way("sysv_signal", sysv_signal, numbers[i]);
    try_way("__sysv_signal", __sysv_signal, numbers[i]);
  }
  struct timezone zone = {77, 77};
  struct timeval now = {0, 0}, *volatile nowhere = NULL;
  CHECK(gettimeofday(&now, NULL) == 0 && now.tv_sec > 0);
  CHECK(gettimeofday(nowhere, &zone) == 0 && zone.tz_minuteswest == 0 && zone.tz_dsttime == 0);
  CHECK(gettimeofday(nowhere, NULL) == 0);
}
