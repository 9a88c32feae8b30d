// Dies by the signal SIGNAL: from an instruction where there is one, else sent to itself.
#include <signal.h>
#include <sys/mman.h>

#include "../scenario.h"

int main(int count, char **values) {
  int number = argument(count, values, 1, SIGSEGV);
  FREE(hidden(ALLOC(20)));
  dprintf(1, "before\n");
  if (!BAD) return 0;
  if (number == SIGABRT) abort();
  if (number == SIGILL) __builtin_trap();
  if (number == SIGFPE) return 100 / (int)(size_t)hidden(NULL);
  if (number == SIGBUS) {
    char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(tmpfile()), 0);
    return ((volatile char *)map)[0];
  }
  // Whoever starts this may have left it ignored.
  if (number < SIGILL || number > SIGSEGV) signal(number, SIG_DFL);
  kill(getpid(), number);
  pause();
}
