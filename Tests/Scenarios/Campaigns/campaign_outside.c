// Does on its error path what others see, named by its argument, and looks afterwards whether all
// is as it was.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "../scenario.h"

static int kept, ends[2], terminal;
static char *shared;

static void act(const char *name) {
  if (!strcmp(name, "write")) CHECK(write(open("kept", O_WRONLY | O_TRUNC), "x", 1) == 1);
  if (!strcmp(name, "append")) CHECK(write(kept, "x", 1) == 1);
  if (!strcmp(name, "mmap")) shared[0] = 'x';
  if (!strcmp(name, "unlink")) CHECK(unlink("kept") == 0);
  if (!strcmp(name, "rename")) CHECK(rename("kept", "other") == 0);
  if (!strcmp(name, "socket")) CHECK(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  if (!strcmp(name, "pipe")) CHECK(write(ends[1], "x", 1) == 1);
  if (!strcmp(name, "tty")) CHECK(write(terminal, "x", 1) == 1);
  if (!strcmp(name, "kill")) kill(1, 0);
  if (!strcmp(name, "exec")) execl("/bin/false", "false", NULL);
}

int main(int count, char **values) {
  char text[9] = "";
  CHECK(count == 2 && pipe2(ends, O_NONBLOCK) == 0);
  kept = open("kept", O_RDWR | O_CREAT, 0600);
  CHECK(write(kept, "kept", 4) == 4);
  if (!strcmp(values[1], "mmap")) shared = mmap(NULL, 4, PROT_WRITE, MAP_SHARED, kept, 0);
  if (!strcmp(values[1], "tty")) terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  void *block = ALLOC(10);
  if (!block) {
    act(values[1]);
    return 3;
  }
  FREE(block);
  CHECK(lseek(kept, 0, SEEK_CUR) == 4);
  CHECK(pread(open("kept", O_RDONLY), text, 8, 0) == 4 && !strcmp(text, "kept"));
  CHECK(read(ends[0], text, 1) < 0);
  write(1, "as it was\n", 10);
}
