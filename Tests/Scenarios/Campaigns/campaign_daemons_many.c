// Leaves a process behind in each run, adds its number to a file, and says in another how many of
// those are alive. Allocates at ten places.
#include <fcntl.h>
#include <signal.h>

#include "../scenario.h"

#define PLACE(n) \
  __attribute__((noinline)) static int place_##n(void) { \
    char *block = ALLOC(10 + n); \
    if (!block) return 1; \
    FREE(block); \
    return 0; \
  }
PLACE(1) PLACE(2) PLACE(3) PLACE(4) PLACE(5) PLACE(6) PLACE(7) PLACE(8) PLACE(9) PLACE(10)

static void leave(int numbers) {
  if (fork() != 0) return;
  setsid();
  if (fork() != 0) _exit(0);
  pid_t own = getpid();
  CHECK(write(numbers, &own, sizeof own) == sizeof own);
  close(1);
  close(2);
  for (;;) pause();
}

int main(int count, char **values) {
  CHECK(count == 3);
  int numbers = open(values[1], O_RDWR | O_APPEND | O_CREAT, 0600), alive = 0;
  for (pid_t one; read(numbers, &one, sizeof one) == sizeof one;) alive += kill(one, 0) == 0;
  char line[16];
  int length = snprintf(line, sizeof line, "%d\n", alive);
  CHECK(write(open(values[2], O_WRONLY | O_APPEND | O_CREAT, 0600), line, length) == length);
  leave(numbers);
  return place_1() + place_2() + place_3() + place_4() + place_5() + place_6() + place_7() +
                 place_8() + place_9() + place_10()
             ? 3
             : 0;
}
