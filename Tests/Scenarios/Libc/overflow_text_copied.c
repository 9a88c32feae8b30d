// Appends four characters to what strdup gave, then frees it.
#include "../scenario.h"

int main(void) {
  char *text = strdup(hidden("seven b"));
  if (BAD) flip(text + 8, 4);
  free(text);
}
