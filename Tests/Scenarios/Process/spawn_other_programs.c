// posix_spawn, system and popen start other programs, and their output and status arrive.
#include <spawn.h>
#include <sys/wait.h>

#include "../scenario.h"

extern char **environ;

int main(void) {
  pid_t pid = 0;
  int status = 0;
  char text[100] = "";
  char *arguments[] = {"sh", "-c", "echo spawned; exit 4", NULL};
  CHECK(posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ) == 0);
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 4);
  status = system("exit 5");
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
  FILE *pipe = popen("echo piped", "r");
  CHECK(pipe && fgets(text, sizeof text, pipe));
  CHECK(pclose(pipe) == 0);
  dprintf(1, "%s", text);
}
