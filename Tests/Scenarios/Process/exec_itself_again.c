// Becomes itself again four times, holding a block each time, with each function of the exec
// family.
#include "../scenario.h"

static void *kept;
extern char **environ;

int main(int count, char **values) {
  size_t round = argument(count, values, 1, 0);
  char next[2] = {(char)('1' + round), 0};
  char *arguments[] = {values[0], next, NULL};
  kept = malloc(100);
  dprintf(1, "round %zu\n", round);
  if (round == 0) execv(values[0], arguments);
  if (round == 1) execve(values[0], arguments, environ);
  if (round == 2) execl(values[0], values[0], next, (char *)NULL);
  if (round == 3) execvp(values[0], arguments);
  execl("/nonexistent", "nonexistent", (char *)NULL);
  CHECK(errno == ENOENT);
  free(kept);
  kept = NULL;
}
