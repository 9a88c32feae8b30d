// Prints its arguments and its working folder: a program under the layer sees its own.
#include "../scenario.h"

int main(int count, char **values) {
  char folder[4096];
  for (int i = 1; i < count; i++) dprintf(1, "%s\n", values[i]);
  dprintf(1, "%d\n", getcwd(folder, sizeof folder) != NULL);
}
