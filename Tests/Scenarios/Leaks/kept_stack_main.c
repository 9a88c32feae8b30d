// A variable of main holds a block while a deeper function calls exit.
#include "../scenario.h"

__attribute__((noinline)) static int leave(int depth) {
  volatile char frame[512] = {(char)depth};
  if (frame[0] == 0) exit(0);
  return leave(frame[0] - 1) + frame[1];
}

int main(void) {
  void *volatile held[4] = {NULL, ALLOC(64), NULL, NULL};
  int left = leave(50);
  return held[1] == NULL ? left : 1;
}
