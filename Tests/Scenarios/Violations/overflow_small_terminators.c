// In 300 children, writes the zero byte that ends a string one byte too far: each child has to be
// stopped.
#include <sys/wait.h>

#include "../scenario.h"

static void *paddings[300];

static int child(size_t padding) {
  for (size_t i = 0; i < padding; i++) paddings[i] = ALLOC(8);
  char *text = ALLOC(24);
  memset(text, 'a', 24);
  ((volatile char *)text)[24 - !BAD] = 0;
  close(2);
  FREE(text);
  return 0;
}

int main(void) {
  int stopped = 0;
  for (size_t i = 0; i < 300; i++) {
    pid_t pid = fork();
    if (pid == 0) _exit(child(i));
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) stopped++;
  }
  printf("%d of 300 stopped\n", stopped);
}
