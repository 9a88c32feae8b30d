// Forks in a loop while snapshots are taken: most children end at once, each sixteenth saves for a
// while, as a server does. Holds ten blocks of 100 bytes and has lost one of 60. Its id goes to the
// file `pid`; it ends when the file `taken` is there, and says whether all children came back and
// no other is left. Argument: 0 forks from main, 1 from a second thread.
#include <pthread.h>
#include <sys/wait.h>

#include "../scenario.h"

static void *held[10];

static void announce(void) {
  FILE *file = fopen("pid.new", "w");
  CHECK(file);
  fprintf(file, "%d\n", (int)getpid());
  fclose(file);
  CHECK(rename("pid.new", "pid") == 0);
}

static void lose_one(void) { memset(ALLOC(60), 1, 60); }

static void save(void) {
  for (int i = 0; i < 100; i++) {
    for (size_t j = 0; j < 10; j++) memset(held[j], i, 100);
    FREE(ALLOC(1000));
    usleep(300);
  }
}

static void *fork_all(void *unused) {
  (void)unused;
  pid_t saver = 0;
  int children = 0;
  for (int i = 0; access("taken", F_OK) != 0; i++, children++) {
    pid_t child = fork();
    CHECK(child >= 0);
    int status = 0;
    if (child == 0) {
      if (i % 16 == 0) save();
      _exit(7);
    }
    if (i % 16 == 0) {
      if (saver) CHECK(waitpid(saver, &status, 0) == saver && WEXITSTATUS(status) == 7);
      saver = child;
    } else {
      CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7);
    }
  }
  int status = 0;
  if (saver) CHECK(waitpid(saver, &status, 0) == saver && WEXITSTATUS(status) == 7);
  CHECK(waitpid(-1, 0, 0) == -1 && errno == ECHILD);
  CHECK(waitpid(-1, 0, WNOHANG | __WALL) == -1 && errno == ECHILD);
  CHECK(children > 0);
  return 0;
}

int main(int count, char **values) {
  for (size_t i = 0; i < 10; i++) held[i] = memset(ALLOC(100), 1, 100);
  lose(lose_one);
  announce();
  if (argument(count, values, 1, 0)) {
    pthread_t thread;
    CHECK(!pthread_create(&thread, 0, fork_all, 0));
    pthread_join(thread, 0);
  } else {
    fork_all(0);
  }
  dprintf(1, "all came back\n");
  return 7;
}
