// Frees a string literal.
#include "../scenario.h"

int main(void) {
  FREE(hidden(ALLOC(64)));
  void *place = hidden("a literal that no allocator ever gave out");
  if (BAD) FREE(place);
}
