// A child that was split off in the middle of the program: it may compute, read, and write to its
// own output. A seccomp filter stops everything else before it happens. C, because the filter is
// made of the kernel's macros and structs.
#include "CZMalloc.h"
#include "descriptors.h"

#ifdef DEBUG_LAYER
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { filter_limit = 1400 };

static struct sock_filter filter[filter_limit];
static unsigned short filter_count;
// What each descriptor is: nothing there, its own, an output, or somebody else's too.
enum { absent, own, output_copy, foreign };
static unsigned char kinds[descriptor_limit];

static void emit(unsigned short code, unsigned char jt, unsigned char jf, unsigned k) {
  if (filter_count < filter_limit)
    filter[filter_count++] = (struct sock_filter){code, jt, jf, k};
}

static void emit_return(unsigned verdict) { emit(BPF_RET | BPF_K, 0, 0, verdict); }
static void load_number(void) {
  emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
}
// The lower half of an argument: descriptors, flags and process ids have no more.
static void load_argument(unsigned index) {
  emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, args) + 8 * index);
}
static void allow_if_equal(unsigned value) {
  emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
  emit_return(SECCOMP_RET_ALLOW);
}
static void trap_if_any(unsigned bits) {
  emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits);
  emit_return(SECCOMP_RET_TRAP);
}

// Begins the rules of one call; `end_rules` patches the jump that leads past them.
static unsigned short begin_rules(int number) {
  load_number();
  emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, (unsigned)number);
  return (unsigned short)(filter_count - 1);
}
static void end_rules(unsigned short start) {
  filter[start].jf = (unsigned char)(filter_count - start - 1);
}

static const int harmless[] = {
#ifdef SYS_stat
    SYS_poll, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_time, SYS_getpgrp, SYS_arch_prctl,
#endif
    SYS_ppoll, SYS_close, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_munmap, SYS_mprotect, SYS_brk,
    SYS_madvise, SYS_mremap, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_rt_sigtimedwait, SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid,
    SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getpgid, SYS_getsid, SYS_clock_gettime,
    SYS_clock_getres, SYS_gettimeofday, SYS_nanosleep, SYS_clock_nanosleep, SYS_exit,
    SYS_exit_group, SYS_futex, SYS_getrandom, SYS_uname, SYS_getcwd, SYS_faccessat, SYS_readlinkat,
    SYS_getrusage, SYS_times, SYS_sysinfo, SYS_sched_yield, SYS_sched_getaffinity,
    SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_prctl, SYS_process_vm_readv,
    SYS_membarrier, SYS_mincore, SYS_umask, SYS_getitimer, SYS_statfs, SYS_fstatfs, SYS_getgroups,
    SYS_prlimit64, SYS_restart_syscall, SYS_fadvise64, SYS_get_robust_list, SYS_getcpu,
    SYS_faccessat2,
};

static unsigned verdict(unsigned descriptor, bool is_output) {
  unsigned char kind = kinds[descriptor];
  bool is_allowed = is_output ? kind == output_copy : kind != foreign;
  return is_allowed ? SECCOMP_RET_ALLOW : SECCOMP_RET_TRAP;
}

// The rules of calls whose first argument is a descriptor: one list for all of them, of runs of
// descriptors with the same verdict. Past the last nobody looked.
static void rules_of_descriptors(const int *calls, size_t count, bool is_output) {
  load_number();
  for (size_t c = 0; c < count; c++)
    emit(BPF_JMP | BPF_JEQ | BPF_K, (unsigned char)(count - c), 0, (unsigned)calls[c]);
  unsigned short past = filter_count;
  emit(BPF_JMP | BPF_JA, 0, 0, 0);
  load_argument(0);
  for (unsigned i = 0; i < descriptor_limit;) {
    unsigned of_run = verdict(i, is_output);
    while (i < descriptor_limit && verdict(i, is_output) == of_run) i++;
    emit(BPF_JMP | BPF_JGE | BPF_K, 1, 0, i);
    emit_return(of_run);
  }
  emit_return(SECCOMP_RET_TRAP);
  filter[past].k = (unsigned)(filter_count - past - 1);
}

static void rules_of_files(void) {
  const unsigned changing = O_ACCMODE | O_CREAT | O_TRUNC;
  unsigned short start = begin_rules(SYS_openat);
  load_argument(2);
  trap_if_any(changing);
  emit_return(SECCOMP_RET_ALLOW);
  end_rules(start);
#ifdef SYS_open
  start = begin_rules(SYS_open);
  load_argument(1);
  trap_if_any(changing);
  emit_return(SECCOMP_RET_ALLOW);
  end_rules(start);
#endif
  start = begin_rules(SYS_mmap);
  load_argument(3);
  // Not shared: any access; shared: none that writes.
  emit(BPF_JMP | BPF_JSET | BPF_K, 1, 0, MAP_SHARED);
  emit_return(SECCOMP_RET_ALLOW);
  load_argument(2);
  trap_if_any(PROT_WRITE);
  emit_return(SECCOMP_RET_ALLOW);
  end_rules(start);
  start = begin_rules(SYS_fcntl);
  load_argument(1);
  allow_if_equal(F_GETFD);
  allow_if_equal(F_SETFD);
  allow_if_equal(F_GETFL);
  allow_if_equal(F_DUPFD);
  allow_if_equal(F_DUPFD_CLOEXEC);
  emit_return(SECCOMP_RET_TRAP);
  end_rules(start);
  start = begin_rules(SYS_ioctl);
  load_argument(1);
  allow_if_equal(TCGETS);
  allow_if_equal(TIOCGWINSZ);
  allow_if_equal(FIONREAD);
  allow_if_equal(zmalloc_map_query_request());
  emit_return(SECCOMP_RET_TRAP);
  end_rules(start);
}

static void rules_of_processes(void) {
  const int sending[] = {SYS_kill, SYS_tgkill};
  for (size_t i = 0; i < sizeof sending / sizeof *sending; i++) {
    unsigned short start = begin_rules(sending[i]);
    load_argument(0);
    allow_if_equal(zmalloc_process_id());
    emit_return(SECCOMP_RET_TRAP);
    end_rules(start);
  }
  unsigned short start = begin_rules(SYS_clone);
  load_argument(0);
  emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, CLONE_THREAD);
  emit_return(SECCOMP_RET_ALLOW);
  emit_return(SECCOMP_RET_TRAP);
  end_rules(start);
  // Its flags lie in memory; libc falls back to clone.
  start = begin_rules(SYS_clone3);
  emit_return(SECCOMP_RET_ERRNO | ENOSYS);
  end_rules(start);
}

bool zmalloc_forbid_effects(void) {
  filter_count = 0;
  // The kernel looks for calls that a filter always allows, by running it for each of some 450
  // numbers before the filter counts: half a millisecond for each child. It gives up at an
  // instruction that it does not know, and this one does nothing.
  emit(BPF_MISC | BPF_TAX, 0, 0, 0);
  emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
#if defined(__x86_64__)
  emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AUDIT_ARCH_X86_64);
#else
  emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AUDIT_ARCH_AARCH64);
#endif
  emit_return(SECCOMP_RET_TRAP);
  load_number();
  // One return for all of them: the kernel compiles the filter anew for each child.
  const size_t count = sizeof harmless / sizeof *harmless;
  for (size_t i = 0; i < count; i++)
    emit(BPF_JMP | BPF_JEQ | BPF_K, (unsigned char)(count - i), 0, (unsigned)harmless[i]);
  emit(BPF_JMP | BPF_JA, 0, 0, 1);
  emit_return(SECCOMP_RET_ALLOW);
  const int reading[] = {SYS_read, SYS_pread64, SYS_readv, SYS_lseek, SYS_getdents64};
  const int writing[] = {SYS_write, SYS_writev, SYS_pwrite64};
  rules_of_descriptors(reading, sizeof reading / sizeof *reading, false);
  rules_of_descriptors(writing, sizeof writing / sizeof *writing, true);
  rules_of_files();
  rules_of_processes();
  emit_return(SECCOMP_RET_TRAP);
  if (filter_count >= filter_limit) return false;
  struct sock_fprog program = {filter_count, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static unsigned char isolate(int descriptor, const struct stat *streams, int output, int nowhere) {
  struct stat status;
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fstat(descriptor, &status) != 0) return absent;
  int close_on_exec = fcntl(descriptor, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0;
  for (int i = 0; i < 2; i++) {
    if (!zmalloc_is_same_file(&status, &streams[i])) continue;
    int to = i == 0 ? output : nowhere;
    return dup3(to, descriptor, close_on_exec) == descriptor ? output_copy : foreign;
  }
  if (S_ISCHR(status.st_mode)) return major(status.st_rdev) == 1 ? own : foreign;
  if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
    return zmalloc_reopen(descriptor, flags, close_on_exec) ? own : foreign;
  return foreign;
}

bool zmalloc_isolate_descriptors(int output) {
  struct stat streams[2];
  if (fstat(1, &streams[0]) != 0 || fstat(2, &streams[1]) != 0) return false;
  int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  off_t offset = zmalloc_offsets[1];
  if (nowhere < 0 || (offset >= 0 && lseek(output, offset, SEEK_SET) != offset)) return false;
  for (int i = 0; i < descriptor_limit; i++) {
    bool is_programs = zmalloc_open_ones[i / 64] >> i % 64 & 1 && i != output && i != nowhere;
    kinds[i] = is_programs ? isolate(i, streams, output, nowhere) : absent;
  }
  close(output);
  close(nowhere);
  return true;
}

bool zmalloc_has_children(void) {
  siginfo_t found;
  return waitid(P_ALL, 0, &found, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 || errno != ECHILD;
}

bool zmalloc_has_timers(void) {
  for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
    struct itimerval value;
    if (getitimer(which, &value) == 0 && (value.it_value.tv_sec || value.it_value.tv_usec))
      return true;
  }
  // Those of timer_create stand in a file alone, where the kernel has one: a byte is enough.
  char first;
  int timers = open("/proc/self/timers", O_RDONLY | O_CLOEXEC);
  bool has_any = timers >= 0 && read(timers, &first, 1) == 1;
  if (timers >= 0) close(timers);
  return has_any;
}
#endif
