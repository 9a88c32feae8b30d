// Puts a file of its own on the lowest descriptors, as a shell's `exec 3>file` does, and works on:
// nothing of ours may land in the file, and what the program closes stays closed.
#include <fcntl.h>

#include "../scenario.h"

__attribute__((noinline)) static void work(int depth) {
  void *block = malloc(depth * 10 + 1);
  if (depth > 0) work(depth - 1);
  free(block);
}

int main(void) {
  int file = open("data", O_CREAT | O_RDWR, 0600);
  CHECK(file >= 0);
  for (int other = 3; other < 20; other++) CHECK(other == file || dup2(file, other) == other);
  for (int i = 0; i < 100; i++) work(60);
  CHECK(lseek(file, 0, SEEK_END) == 0);
  for (int other = 3; other < 20; other++) close(other);
  for (int i = 0; i < 100; i++) work(60);
  CHECK(open("/dev/null", O_RDONLY) == 3);
  dprintf(1, "done\n");
}
