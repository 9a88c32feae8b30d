// The program's own handler of SIGSEGV gives access to a page and lets the program go on, a hundred
// times.
#include <signal.h>
#include <sys/mman.h>

#include "../scenario.h"

static char *map;
static int faults;

static void handle(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  uintptr_t page = (uintptr_t)info->si_addr & ~(uintptr_t)4095;
  CHECK(page >= (uintptr_t)map && page < (uintptr_t)map + 100 * 4096);
  CHECK(mprotect((void *)page, 4096, PROT_READ | PROT_WRITE) == 0);
  faults++;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  map = mmap(NULL, 100 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(map != MAP_FAILED);
  for (int i = 0; i < 100; i++) {
    FREE(hidden(ALLOC(20)));
    ((volatile char *)map)[i * 4096 + i] = 1;
  }
  dprintf(1, "%d faults\n", faults);
}
