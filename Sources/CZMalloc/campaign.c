// What a campaign of failed allocations asks of the kernel: shared memory, messages, processes that
// the program cannot see. C, because these are variadic calls, macros and structs of the machine.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

// A place for a debugger's breakpoint: called once for each failure on purpose.
__attribute__((noinline, visibility("default"))) void zmalloc_fault_injected(uint64_t point,
                                                                             size_t byte_count) {
  __asm__ volatile("" ::"r"(point), "r"(byte_count) : "memory");
}

void *zmalloc_map_shared(int descriptor, size_t byte_count) {
  void *at = mmap(0, byte_count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return at == MAP_FAILED ? 0 : at;
}

void *zmalloc_map_file(const char *path, size_t *byte_count) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  struct stat status;
  void *at = MAP_FAILED;
  if (fstat(descriptor, &status) == 0 && status.st_size > 0)
    at = mmap(0, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  close(descriptor);
  if (at == MAP_FAILED) return 0;
  *byte_count = (size_t)status.st_size;
  return at;
}

void zmalloc_unmap_file(void *at, size_t byte_count) { munmap(at, byte_count); }

// glibc 2.35 and later; lock-free, so that it may be asked from inside dlopen and from a handler.
extern __typeof(_dl_find_object) _dl_find_object __attribute__((weak));

bool zmalloc_can_find_modules(void) { return _dl_find_object != 0; }

bool zmalloc_find_module(uintptr_t address, struct zmalloc_found_module *found) {
  struct dl_find_object object;
  if (!_dl_find_object || _dl_find_object((void *)address, &object) != 0) return false;
  found->bias = object.dlfo_link_map->l_addr;
  found->name = object.dlfo_link_map->l_name;
  return true;
}

ptrdiff_t zmalloc_receive(int socket, void *to, size_t capacity, int *passed) {
  char control[CMSG_SPACE(sizeof(int))];
  struct iovec piece = {to, capacity};
  struct msghdr message = {.msg_iov = &piece,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  ssize_t got;
  do got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (!passed) return got;
  *passed = -1;
  struct cmsghdr *head = got > 0 ? CMSG_FIRSTHDR(&message) : 0;
  if (head && head->cmsg_type == SCM_RIGHTS) memcpy(passed, CMSG_DATA(head), sizeof *passed);
  return got;
}

bool zmalloc_send(int socket, const void *bytes, size_t byte_count) {
  ssize_t sent;
  do sent = send(socket, bytes, byte_count, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)byte_count;
}

void zmalloc_move_descriptor(int from, int to) {
  dup3(from, to, O_CLOEXEC);
  close(from);
}

// A copy of this process whose parent is ours: nothing here ever waits for it or hears of its end.
// fork would run the program's atfork handlers and take libc's locks; a raw clone does to memory
// what libc's own fork does, and no more. In the middle of a call of libc the copy keeps the thread
// id that libc knows: a lock that the call holds remembers it, and could not be given back under
// another.
int zmalloc_clone_process(bool keeps_thread_id) {
  int *thread_id = 0;
  void *robust = 0;
  size_t robust_size = 0;
  unsigned long flags = CLONE_PARENT | SIGCHLD;
  if (!keeps_thread_id && prctl(PR_GET_TID_ADDRESS, &thread_id, 0, 0, 0) == 0 && thread_id)
    flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  bool has_robust = syscall(SYS_get_robust_list, 0, &robust, &robust_size) == 0;
#if defined(__x86_64__)
  long child = syscall(SYS_clone, flags, 0, 0, thread_id, 0);
#else
  long child = syscall(SYS_clone, flags, 0, 0, 0, thread_id);
#endif
  if (child == 0 && has_robust) syscall(SYS_set_robust_list, robust, robust_size);
  return (int)child;
}

// A process group of its own, by which the campaign ends it, and an end with the campaign's. Not a
// session: the kernel would make and drop a group of its scheduler with each, a fifth of what a
// copy of a small program costs.
// As the kernel counts them: libc's type ends at 1,024.
static unsigned long noted_processors[128];
static long noted_byte_count;

void zmalloc_note_processors(void) {
  noted_byte_count =
      syscall(SYS_sched_getaffinity, 0, sizeof noted_processors, noted_processors);
}

void zmalloc_use_noted_processors(void) {
  if (noted_byte_count > 0)
    syscall(SYS_sched_setaffinity, 0, noted_byte_count, noted_processors);
}

void zmalloc_leave_group(void) { setpgid(0, 0); }
void zmalloc_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

void zmalloc_limit_files(uint64_t byte_count) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > byte_count) limit.rlim_cur = byte_count;
  setrlimit(RLIMIT_FSIZE, &limit);
}

uint32_t zmalloc_thread_count(void) {
  struct stat status;
  if (stat("/proc/self/task", &status) != 0 || status.st_nlink < 3) return 1;
  return (uint32_t)status.st_nlink - 2;
}

void zmalloc_open_descriptors(uint64_t *bits, uint32_t word_count) {
  // Not on the stack, which may be small: only one thread ends a process, or is split.
  static struct pollfd asked[512];
  struct rlimit limit;
  uint64_t count = word_count * 64;
  // poll refuses more than may be open.
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < count) count = limit.rlim_cur;
  for (uint32_t word = 0; word < word_count; word++) bits[word] = 0;
  // One call for all of them: what is not open says so.
  for (uint32_t i = 0; i < count; i++) asked[i] = (struct pollfd){.fd = (int)i};
  if (poll(asked, count, 0) < 0) return;
  for (uint32_t i = 0; i < count; i++)
    if (!(asked[i].revents & POLLNVAL)) bits[i / 64] |= 1ull << i % 64;
}

bool zmalloc_is_stream_buffer(uintptr_t block) {
  return block == (uintptr_t)stdout->_IO_buf_base || block == (uintptr_t)stdin->_IO_buf_base ||
         block == (uintptr_t)stderr->_IO_buf_base;
}

ptrdiff_t zmalloc_read_descriptor(int descriptor, char *to, size_t capacity) {
  char path[32] = "/proc/self/fd/", digits[12], *at = path + 14;
  int count = 0, number = descriptor;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count) *at++ = digits[--count];
  *at = 0;
  return readlink(path, to, capacity);
}

// The library stands first in the list, and is taken out of it.
static bool shorten_preload(char *entry) {
  char *value = entry + strlen("LD_PRELOAD="), *others = strchr(value, ':');
  if (!others) return false;
  memmove(value, others + 1, strlen(others + 1) + 1);
  return true;
}

void zmalloc_hide_from_environment(void) {
  extern char **environ;
  if (!environ) return;
  char **to = environ;
  for (char **from = environ; *from; from++) {
    if (strncmp(*from, "ZMALLOC_DEBUG=", 14) == 0) continue;
    if (strncmp(*from, "LD_BIND_NOW=", 12) == 0) continue;
    if (strncmp(*from, "LD_PRELOAD=", 11) == 0 && !shorten_preload(*from)) continue;
    *to++ = *from;
  }
  *to = 0;
}
#endif
