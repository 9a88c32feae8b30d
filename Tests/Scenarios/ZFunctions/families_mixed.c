// One block by a ztry function, one by malloc: which of them fails in a campaign is its choice.
#include "../scenario.h"

int main(void) {
  void *tried = ztrymalloc(10);
  void *plain = malloc(20);
  zfree(tried);
  free(plain);
  return tried && plain ? 0 : 3;
}
