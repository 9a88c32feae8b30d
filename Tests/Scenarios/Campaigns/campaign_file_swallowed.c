// Writes a file without its second part when memory runs out, and says that all went well.
#include <fcntl.h>

#include "../scenario.h"

int main(void) {
  int file = open("produced", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(file >= 0);
  write(file, "first\n", 6);
  char *text = ALLOC(32);
  if (!text) return BAD ? 0 : 3;
  strcpy(text, "second\n");
  write(file, text, strlen(text));
  FREE(text);
  close(file);
}
