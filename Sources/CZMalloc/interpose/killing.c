// Signals to others. In a campaign a program on its error path may mean its parent, or everybody:
// that would be the command that tries it. C for libc's name.
#include "interpose.h"

#if defined(ZMALLOC_INTERPOSES) && defined(PRELOAD)
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CZMalloc.h"

ZMALLOC_EXPORT int kill(pid_t process, int number) {
  bool is_ours = process == -1 || process == getppid() || process == -getppid();
  if (zmalloc_switches.is_tried && is_ours) {
    errno = EPERM;
    return -1;
  }
  return (int)syscall(SYS_kill, process, number);
}
#endif
