// Requests from outside. C, because a handler's context, the kernel's own sigaction, clone and
// SCM_RIGHTS are structs, macros and raw calls.
//
// The signal is that of world.c: libc keeps it for itself, so that it is in no mask that a program
// can set and in no sigwait, and its handler ignores it when it comes from elsewhere.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <ucontext.h>

#if defined(__x86_64__)
// Calls of the kernel that a handler ends early though it asked for a restart (signal(7)); after
// them the program would see EINTR.
static bool is_restarted(uint32_t number) {
  switch (number) {
    case SYS_poll: case SYS_ppoll: case SYS_select: case SYS_pselect6: case SYS_epoll_wait:
    case SYS_epoll_pwait: case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_pause:
    case SYS_rt_sigsuspend: case SYS_rt_sigtimedwait: case SYS_semop: case SYS_semtimedop:
    case SYS_futex: case SYS_msgrcv: case SYS_msgsnd: case SYS_io_getevents: case SYS_recvfrom:
    case SYS_recvmsg: case SYS_sendto: case SYS_sendmsg: case SYS_accept: case SYS_accept4:
    case SYS_read: case SYS_readv: case SYS_write: case SYS_writev: case SYS_connect:
    case SYS_recvmmsg: case 333 /* io_pgetevents */: case 426 /* io_uring_enter */:
    case 441 /* epoll_pwait2 */: case 449 /* futex_waitv */:
      return true;
  }
  return false;
}

// The number that the code before a `syscall` loaded: `mov $number, %eax`, 0 where it did not.
static uint32_t number_of_call(uintptr_t call) {
  for (uintptr_t at = call - 5; at > call - 24; at--) {
    uint64_t word;
    if (!zmalloc_probe_load((const void *)at, &word)) return 0;
    uint32_t number = (uint32_t)(word >> 8);
    if ((word & 0xff) == 0xb8 && is_restarted(number)) return number;
  }
  return 0;
}

// Makes an interrupted call begin again, where the kernel would have done so after a stop without a
// handler. Its arguments are still in their registers. A sleep goes on with what it had left.
void zmalloc_restart_call(void *raw) {
  ucontext_t *context = raw;
  greg_t *registers = context->uc_mcontext.gregs;
  uintptr_t call = (uintptr_t)registers[REG_RIP] - 2;
  uint64_t word;
  if (registers[REG_RAX] != -EINTR || !zmalloc_probe_load((const void *)call, &word)) return;
  if ((word & 0xffff) != 0x050f) return;
  uint32_t number = number_of_call(call);
  if (number == 0) return;
  if (number == SYS_nanosleep && registers[REG_RSI]) registers[REG_RDI] = registers[REG_RSI];
  bool is_relative = !(registers[REG_RSI] & 1 /* TIMER_ABSTIME */);
  if (number == SYS_clock_nanosleep && is_relative && registers[REG_R10])
    registers[REG_RDX] = registers[REG_R10];
  registers[REG_RAX] = number;
  registers[REG_RIP] = (greg_t)call;
}

// All sixteen, as the leak scan wants them.
static void request(uint32_t requester, ucontext_t *context) {
  uintptr_t registers[16];
  for (int i = 0; i < 16; i++) registers[i] = (uintptr_t)context->uc_mcontext.gregs[i];
  uintptr_t red_zone = 128;
  zmalloc_layer_request(requester, registers,
                        (uintptr_t)context->uc_mcontext.gregs[REG_RSP] - red_zone);
}
#else
// The first argument of a call is gone when it was interrupted: it stays so.
void zmalloc_restart_call(void *context) { (void)context; }

static void request(uint32_t requester, ucontext_t *context) {
  uintptr_t registers[16];
  for (int i = 0; i < 16; i++) registers[i] = (uintptr_t)context->uc_mcontext.regs[i + 14];
  zmalloc_layer_request(requester, registers, (uintptr_t)context->uc_mcontext.sp);
}
#endif

void zmalloc_requested(uint32_t requester, void *context) {
  int saved = errno;
  request(requester, context);
  zmalloc_restart_call(context);
  errno = saved;
}

// In the namespace without files: also after chroot, and for who may not write anywhere.
static socklen_t name_of(struct sockaddr_un *address, uint32_t requester, uint32_t kind) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  char *name = address->sun_path + 1;
  strcpy(name, "zleakcheck.");
  zmalloc_append_number(name, requester);
  strcat(name, ".");
  zmalloc_append_number(name, kind);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static bool is_same_user(int descriptor) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == (uid_t)syscall(SYS_geteuid);
}

int zmalloc_connect(uint32_t requester, uint32_t kind) {
  struct sockaddr_un address;
  socklen_t size = name_of(&address, requester, kind);
  int descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  if (connect(descriptor, (struct sockaddr *)&address, size) == 0 && is_same_user(descriptor))
    return descriptor;
  close(descriptor);
  return -1;
}

bool zmalloc_answer(int descriptor, const void *bytes, size_t byte_count, int passed) {
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec piece = {(void *)bytes, byte_count};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  if (passed >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    control.head = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), &passed, sizeof passed);
  }
  ssize_t sent;
  do sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)byte_count;
}

// A child whose end sends no signal: `wait` does not see it, nor does it count as a child. Its end
// is collected by its id with __WCLONE.
int zmalloc_split_off(void) {
  void *robust = 0;
  size_t robust_size = 0;
  bool has_robust = syscall(SYS_get_robust_list, 0, &robust, &robust_size) == 0;
  long child = syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (child == 0 && has_robust) syscall(SYS_set_robust_list, robust, robust_size);
  return child < 0 ? -errno : (int)child;
}

bool zmalloc_collect(int child) {
  long code = syscall(SYS_wait4, child, 0, WNOHANG | __WCLONE, 0);
  return code == child || (code < 0 && errno == ECHILD);
}

static void close_between(unsigned first, unsigned last) {
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  struct rlimit limit = {1024, 1024};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (unsigned i = first; i <= last && i < limit.rlim_cur; i++) close((int)i);
}

void zmalloc_settle_copy(unsigned seconds, int kept, int also_kept) {
  int low = kept < also_kept ? kept : also_kept, high = kept < also_kept ? also_kept : kept;
  // A pipe or a connection that the program closes is closed, though this copy is still there.
  if (low > 0) close_between(0, (unsigned)low - 1);
  if (high > low + 1) close_between((unsigned)low + 1, (unsigned)high - 1);
  close_between((unsigned)high + 1, ~0u);
  prctl(PR_SET_NAME, "zleak-snapshot", 0, 0, 0);
  // Zero throughout is the default action, and no flag, whatever the machine.
  const uint64_t fallback[8] = {0}, alarm_alone = 1ull << (SIGALRM - 1);
  syscall(SYS_rt_sigaction, SIGALRM, fallback, 0, sizeof alarm_alone);
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &alarm_alone, 0, sizeof alarm_alone);
  alarm(seconds);
}

void *zmalloc_map_between(size_t byte_count) {
  void *at = mmap(0, byte_count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? 0 : at;
}

int zmalloc_memory_file(void) {
  return (int)syscall(SYS_memfd_create, "zleak-snapshot", 1u /* MFD_CLOEXEC */);
}
#endif
