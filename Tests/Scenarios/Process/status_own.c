// Ends with STATUS after it has copied its standard input to its standard output.
#include "../scenario.h"

int main(int count, char **values) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) printf("%s", line);
  free(line);
  return (int)argument(count, values, 1, 0);
}
