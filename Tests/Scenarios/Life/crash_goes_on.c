// Dies by a trap after which the instructions go on: 5 is a breakpoint of nobody, 31 a system call
// that a filter forbids.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "../scenario.h"

static void forbid(unsigned number) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
  CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0);
}

int main(int count, char **values) {
  FREE(hidden(ALLOC(20)));
  dprintf(1, "before\n");
  if (!BAD) return 0;
  if (argument(count, values, 1, SIGTRAP) == SIGSYS) {
    forbid(SYS_personality);
    syscall(SYS_personality, 0xffffffff);
  } else {
#ifdef __x86_64__
    __asm__ volatile("int3");
#else
    raise(SIGTRAP);
#endif
  }
  dprintf(1, "went on\n");
}
