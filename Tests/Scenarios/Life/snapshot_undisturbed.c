// Waits in the call of the kernel that the first argument names, while somebody takes snapshots of
// it: none may end early, no child may appear, and no signal come. Its id goes to the file `pid`;
// it ends once the file `taken` is there.
#include "../scenario.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

enum { wait_milliseconds = 2000 };

static const char *mode;
static volatile sig_atomic_t child_signals;
static int pipe_ends[2];

static int is(const char *name) { return strcmp(mode, name) == 0; }
static void note_child(int signal) { child_signals += signal == SIGCHLD; }

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int is_taken(void) { return access("taken", F_OK) == 0; }

static void write_id(void) {
  FILE *file = fopen("pid.new", "w");
  CHECK(file);
  fprintf(file, "%d\n", (int)getpid());
  fclose(file);
  CHECK(rename("pid.new", "pid") == 0);
}

static void wait_in_call(void) {
  struct timespec time = {wait_milliseconds / 1000, 0};
  struct timeval short_time = {wait_milliseconds / 1000, 0};
  struct epoll_event event;
  if (is("nanosleep")) CHECK(nanosleep(&time, &time) == 0);
  if (is("nanosleep_without_rest")) CHECK(nanosleep(&time, 0) == 0);
  if (is("sleep")) CHECK(sleep(wait_milliseconds / 1000) == 0);
  if (is("poll")) CHECK(poll(0, 0, wait_milliseconds) == 0);
  if (is("select")) CHECK(select(0, 0, 0, 0, &short_time) == 0);
  if (is("epoll")) CHECK(epoll_wait(epoll_create1(0), &event, 1, wait_milliseconds) == 0);
}

static void wait_for_nothing(void) {
  struct timespec time = {wait_milliseconds / 1000, 0};
  if (is("semaphore")) {
    sem_t semaphore;
    struct timespec until;
    sem_init(&semaphore, 0, 0);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += time.tv_sec;
    CHECK(sem_timedwait(&semaphore, &until) == -1 && errno == ETIMEDOUT);
  }
  if (is("semaphores")) {
    int set = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf take = {0, -1, 0};
    CHECK(set >= 0 && semtimedop(set, &take, 1, &time) == -1 && errno == EAGAIN);
    CHECK(semctl(set, 0, IPC_RMID) == 0);
  }
  if (is("signals")) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, 0);
    CHECK(sigtimedwait(&set, 0, &time) == -1 && errno == EAGAIN);
  }
  if (is("socket") || is("full_socket")) {
    struct timeval limit = {time.tv_sec, 0};
    int ends[2];
    static char bytes[1 << 20];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0);
    ssize_t sent = 0;
    if (is("socket")) sent = recv(ends[0], bytes, 1, 0);
    else while ((sent = write(ends[0], bytes, 4096)) > 0) {}
    CHECK(sent == -1 && errno == EAGAIN);
  }
}

static void *write_later(void *ignored) {
  usleep(wait_milliseconds * 1000);
  CHECK(write(pipe_ends[1], "x", 1) == 1);
  return ignored;
}

// Reads what another thread writes later: a system call that starts again by itself.
static void wait_in_read(void) {
  char byte;
  pthread_t writer;
  CHECK(pipe(pipe_ends) == 0);
  CHECK(pthread_create(&writer, 0, write_later, 0) == 0);
  CHECK(read(pipe_ends[0], &byte, 1) == 1);
  pthread_join(writer, 0);
}

// Its own child is the only one that it waits for, and there is none after it.
static void wait_for_child(void) {
  pid_t own = fork();
  CHECK(own >= 0);
  if (own == 0) {
    usleep(wait_milliseconds * 1000);
    _exit(5);
  }
  int status;
  CHECK(wait(&status) == own && WEXITSTATUS(status) == 5);
  CHECK(wait(&status) == -1 && errno == ECHILD);
  CHECK(child_signals == 1);
}

static void *allocate(void *ignored) {
  for (double end = seconds() + wait_milliseconds / 1000.0; seconds() < end || !is_taken();) {
    void *blocks[64];
    for (size_t i = 0; i < 64; i++) blocks[i] = hidden(ALLOC(1 + i * 8));
    for (size_t i = 0; i < 64; i++) FREE(blocks[i]);
  }
  return ignored;
}

static void run_threads(void) {
  pthread_t threads[8];
  for (size_t i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], 0, allocate, 0) == 0);
  for (size_t i = 0; i < 8; i++) pthread_join(threads[i], 0);
}

static volatile sig_atomic_t is_paused_over;

static void *wait_in_pause(void *ignored) {
  pause();
  is_paused_over = 1;
  return ignored;
}

static void *wait_in_poll(void *ignored) {
  CHECK(poll(0, 0, wait_milliseconds) == 0);
  return ignored;
}

// Calls of other threads, which are stopped by a signal of their own.
static void wait_elsewhere(void) {
  pthread_t pausing, polling;
  CHECK(pthread_create(&pausing, 0, wait_in_pause, 0) == 0);
  CHECK(pthread_create(&polling, 0, wait_in_poll, 0) == 0);
  CHECK(poll(0, 0, wait_milliseconds) == 0);
  pthread_join(polling, 0);
  while (!is_taken()) usleep(10000);
  CHECK(!is_paused_over);
}

static void work(void) { memset(ALLOC(60), 1, 60); }

int main(int count, char **arguments) {
  CHECK(count > 1);
  mode = arguments[1];
  lose(work);
  signal(SIGCHLD, is("ignored_children") ? SIG_IGN : note_child);
  write_id();
  double began = seconds();
  if (is("read")) wait_in_read();
  if (is("wait")) wait_for_child();
  if (is("threads")) run_threads();
  if (is("allocates")) allocate(0);
  if (is("elsewhere")) wait_elsewhere();
  if (is("ignored_children")) CHECK(poll(0, 0, wait_milliseconds) == 0);
  wait_in_call();
  wait_for_nothing();
  double took = seconds() - began;
  CHECK(took > wait_milliseconds / 1000.0 - 0.1);
  CHECK(is("wait") || child_signals == 0);
  CHECK(waitpid(-1, 0, WNOHANG) == -1 && errno == ECHILD);
  while (!is_taken()) usleep(10000);
  printf("%s: undisturbed\n", mode);
  return 7;
}
