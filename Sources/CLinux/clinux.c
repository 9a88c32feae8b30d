// The calls of CLinux.h.
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The processors that this process may use; none where the machine has more than fit.
static cpu_set_t allowed;
static _Thread_local int bound_to = -1;

int clinux_processor_count(void) {
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) CPU_ZERO(&allowed);
  return CPU_COUNT(&allowed);
}

void clinux_bind(pid_t process, int number) {
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int i = 0, left = number; i < CPU_SETSIZE && left >= 0; i++)
    if (CPU_ISSET(i, &allowed) && left-- == 0) CPU_SET(i, &one);
  if (process == 0) bound_to = number;
  sched_setaffinity(process, sizeof one, number < 0 ? &allowed : &one);
}

int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int clinux_process_descriptor(pid_t process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

bool clinux_pin_addresses(void) {
  int now = personality(0xffffffff);
  return now >= 0 && personality((unsigned long)now | ADDR_NO_RANDOMIZE) >= 0;
}

bool clinux_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0; }

static int add_actions(posix_spawn_file_actions_t *actions,
                       const struct clinux_start_request *start) {
  int code = posix_spawn_file_actions_addchdir_np(actions, start->folder);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, start->standard_input, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, start->standard_output, 1);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, start->standard_error, 2);
  for (int i = 0; i < 2 && !code; i++)
    if (start->lent[i] >= 0)
      code = posix_spawn_file_actions_adddup2(actions, start->lent[i], start->lent_as[i]);
  return code;
}

int clinux_start(const struct clinux_start_request *start, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
    code = add_actions(&actions, start);
    // The program may use all processors, whoever starts it.
    int processor = bound_to;
    if (processor >= 0) clinux_bind(0, -1);
    if (!code)
      code = posix_spawn(process, start->path, &actions, &attributes, start->arguments,
                         start->environment);
    if (processor >= 0) clinux_bind(0, processor);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

bool clinux_socket_pair(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
}

// -1 where it is the caller's own, or not to be had.
static int other_network(pid_t process) {
  char path[40];
  struct stat own, other;
  snprintf(path, sizeof path, "/proc/%d/ns/net", (int)process);
  if (stat("/proc/self/ns/net", &own) != 0 || stat(path, &other) != 0) return -1;
  if (own.st_dev == other.st_dev && own.st_ino == other.st_ino) return -1;
  return open(path, O_RDONLY | O_CLOEXEC);
}

int clinux_socket_beside(pid_t process) {
  int network = other_network(process);
  int own = network < 0 ? -1 : open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  bool is_there = network < 0 || setns(network, CLONE_NEWNET) == 0;
  int made = is_there ? socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0) : -1;
  int code = errno;
  if (network >= 0) {
    if (is_there && setns(own, CLONE_NEWNET) != 0) abort();
    close(network);
  }
  if (own >= 0) close(own);
  errno = code;
  return made;
}

bool clinux_send(int socket, const void *bytes, size_t byte_count, int passed) {
  char control[CMSG_SPACE(sizeof(int))];
  struct iovec piece = {(void *)bytes, byte_count};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  if (passed >= 0) {
    memset(control, 0, sizeof control);
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &passed, sizeof passed);
  }
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)byte_count;
}

pid_t clinux_reap(pid_t process, int *status, struct rusage *usage) {
  pid_t ended;
  do ended = wait4(process, status, WNOHANG, usage);
  while (ended < 0 && errno == EINTR);
  return ended;
}

int clinux_watch(void) { return inotify_init1(IN_CLOEXEC | IN_NONBLOCK); }

bool clinux_watch_folder(int watch, const char *path) {
  unsigned changes = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB | IN_CLOSE_WRITE;
  return inotify_add_watch(watch, path, changes | IN_ONLYDIR | IN_DONT_FOLLOW) >= 0;
}

bool clinux_watch_has_changes(int watch) {
  char events[4096];
  bool changed = false;
  while (read(watch, events, sizeof events) > 0) changed = true;
  return changed;
}

bool clinux_copy_times(const char *from, const char *to) {
  struct stat status;
  if (lstat(from, &status) != 0) return false;
  struct timespec times[2] = {status.st_atim, status.st_mtim};
  return utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW) == 0;
}

bool clinux_copy_bytes(int from, int to, uint64_t byte_count) {
  while (byte_count > 0) {
    size_t piece = byte_count > 1 << 30 ? 1 << 30 : (size_t)byte_count;
    ssize_t moved = sendfile(to, from, 0, piece);
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return false;
    byte_count -= (uint64_t)moved;
  }
  return true;
}

void clinux_say(uint32_t *shared, uint32_t value) {
  __atomic_store_n(shared, value, __ATOMIC_RELEASE);
  syscall(SYS_futex, shared, FUTEX_WAKE, INT_MAX, 0, 0, 0);
}

void clinux_limit_files(pid_t process, uint64_t byte_count) {
  struct rlimit limit = {byte_count, byte_count};
  prlimit(process, RLIMIT_FSIZE, &limit, 0);
}
