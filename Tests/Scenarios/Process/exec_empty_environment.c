// Becomes another program with an empty environment: nothing of the layer may be needed there.
#include "../scenario.h"

int main(void) {
  char *none[] = {NULL};
  char *arguments[] = {"sh", "-c", "echo alone", NULL};
  free(hidden(malloc(10)));
  execve("/bin/sh", arguments, none);
  return 98;
}
