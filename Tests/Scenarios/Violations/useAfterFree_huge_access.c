// Reads a freed block of 256 KiB, whose pages are out of reach while it is in quarantine.
#include "../scenario.h"

int main(void) {
  unsigned char *block = ALLOC(256 * 1024);
  volatile unsigned char *freed = hidden(block);
  memset(block, 1, 256 * 1024);
  FREE(block);
  return BAD ? freed[100 * 1024] == 1 : 0;
}
