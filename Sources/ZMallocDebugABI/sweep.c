// The sweep of zmalloc_testing.h: a child process for each allocation that fails. C, because the
// function under test is called from here, and the unwinder cannot see through Embedded Swift; and
// for fork and wait. What a run means is judged in Swift.
#if defined(DEBUG_LAYER) && !defined(PRELOAD)
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CZMalloc.h"
#include "zmalloc.h"
#include "zmalloc_testing.h"

#define EXPORT __attribute__((visibility("default")))

enum { default_time_limit = 10000, default_point_limit = 10000, printed_limit = 20 };

// A sweep in progress.
struct task {
  int (*function)(void *context);
  void *context;
  struct zmalloc_sweep_options options;
  struct zmalloc_sweep *sweep;
  // Shared with the children.
  struct zmalloc_sweep_run *run;
};

static uint32_t run_scope;
static uint32_t scope_of_run(void) { return run_scope; }

static void point_nowhere(int descriptor, int mode) {
  int nowhere = open("/dev/null", mode | O_CLOEXEC);
  if (nowhere < 0) return;
  dup2(nowhere, descriptor);
  if (nowhere != descriptor) close(nowhere);
}

// A test library's own handlers would leave the run by longjmp and go on with its other tests.
static void forget_handlers(void) {
  static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
  sigset_t signals;
  sigemptyset(&signals);
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
    signal(fatal[i], SIG_DFL);
    sigaddset(&signals, fatal[i]);
  }
  sigprocmask(SIG_UNBLOCK, &signals, 0);
}

// An exception, or a thread that ends, would go on past the run in the child, to the test's own
// handler. The unwinder asks the personality of each frame on the way: that of the run's frame ends
// the run. By hand, since the compiler's own for `cleanup` is in a library, and we need libc alone.
static struct zmalloc_sweep_run *run_in_progress;
__attribute__((used, noinline)) static _Noreturn void zmalloc_sweep_is_left(void) {
  run_in_progress->has_returned = 2;
  zmalloc_exit_now(1);
}
// Encoding: an offset of four bytes from here.
#define ENDS_WHEN_LEFT() __asm__ volatile(".cfi_personality 0x1b, zmalloc_sweep_is_left")

// In the child, until its end. Hooks of the program do not run; the layer's own last check does.
__attribute__((noinline)) static _Noreturn void be_run(const struct task *task, const char *plan,
                                                       bool tells, pid_t parent) {
  struct zmalloc_sweep_run *run = task->run;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) zmalloc_exit_now(1);
  forget_handlers();
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  point_nowhere(0, O_RDONLY);
  point_nowhere(1, O_WRONLY);
  if (!tells) point_nowhere(2, O_WRONLY);
  zmalloc_sweep_enter(run, tells);
  run_scope = zmalloc_scope_open(plan ? plan : "", 0);
  if (!run_scope) zmalloc_exit_now(1);
  // Threads that the function starts have no scope of their own.
  zmalloc_set_scope_reader(scope_of_run);
  zmalloc_scope_enter(run_scope);
  run_in_progress = run;
  ENDS_WHEN_LEFT();
  int returned = task->function(task->context);
  zmalloc_scope_leave(run_scope);
  zmalloc_set_scope_reader(0);
  run->returned = returned;
  run->points = zmalloc_scope_points(run_scope);
  run->faults = zmalloc_scope_faults(run_scope);
  run->live_blocks = zmalloc_scope_live_blocks(run_scope);
  run->live_bytes = zmalloc_scope_live_bytes(run_scope);
  run->has_returned = 1;
  int status = zmalloc_entrance_end(0);
  // A leak is known already.
  zmalloc_exit_now(status == 23 ? 0 : status);
}

// Waits for a child, and for no other: until its end or until its time is up.
static bool wait_for(pid_t child, unsigned time_limit, struct zmalloc_sweep_run *run) {
  int descriptor = (int)syscall(SYS_pidfd_open, child, 0), saved = errno;
  uint64_t end = zmalloc_fine_time() + time_limit * 1000000ull;
  int status = 0, ready = -1;
  while (descriptor >= 0) {
    uint64_t now = zmalloc_fine_time();
    struct pollfd asked = {.fd = descriptor, .events = POLLIN};
    ready = poll(&asked, 1, now < end ? (int)((end - now) / 1000000 + 1) : 0);
    if (ready >= 0 || errno != EINTR) break;
  }
  // Late, or its own children are left.
  kill(-child, SIGKILL);
  if (ready != 1) kill(child, SIGKILL);
  pid_t waited;
  do waited = waitpid(child, &status, 0);
  while (waited < 0 && errno == EINTR);
  if (descriptor < 0) {
    errno = saved;
    return false;
  }
  close(descriptor);
  run->is_late = ready != 1;
  run->signal = waited == child && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  run->status = waited == child && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return true;
}

// One run. The verdict is ZMALLOC_NOT_SWEPT when there could be none.
static enum zmalloc_verdict run_once(struct task *task, const char *plan, unsigned time_limit,
                                     bool tells) {
  memset(task->run, 0, sizeof *task->run);
  pid_t parent = getpid(), child = fork();
  if (child == 0) be_run(task, plan, tells, parent);
  // Here as well: whoever comes first.
  if (child > 0) setpgid(child, child);
  if (child < 0 || !wait_for(child, time_limit, task->run)) return ZMALLOC_NOT_SWEPT;
  task->sweep->runs++;
  return (enum zmalloc_verdict)zmalloc_sweep_judge(task->run, plan != 0,
                                                   task->options.tolerates != 0);
}

// What a verdict says of the last run.
static void describe(const struct task *task, enum zmalloc_verdict verdict, char *text,
                     size_t size) {
  const struct zmalloc_sweep_run *run = task->run;
  switch (verdict) {
    case ZMALLOC_SWALLOWED:
      snprintf(text, size, "an allocation failed, and 0 was returned");
      break;
    case ZMALLOC_NONDETERMINISTIC:
      snprintf(text, size, "%s", run->faults ? "run again it ended otherwise"
                                             : "there were fewer allocations this time");
      break;
    case ZMALLOC_LEAKED:
      snprintf(text, size, "%llu block%s (%llu byte%s) not freed",
               (unsigned long long)run->live_blocks, run->live_blocks == 1 ? "" : "s",
               (unsigned long long)run->live_bytes, run->live_bytes == 1 ? "" : "s");
      break;
    case ZMALLOC_CRASHED:
      if (run->has_returned == 2) snprintf(text, size, "it was left by an exception");
      else if (run->signal) snprintf(text, size, "ended by SIG%s", sigabbrev_np(run->signal));
      else if (run->has_returned) snprintf(text, size, "a heap mistake was left behind");
      else snprintf(text, size, "exit(%d) before it returned", run->status);
      break;
    case ZMALLOC_HUNG:
      snprintf(text, size, "it did not return within %u ms, nor within twice that",
               task->options.time_limit);
      break;
    case ZMALLOC_FAILED:
      snprintf(text, size, "it returned %d%s", run->returned,
               run->faults ? "" : " though no allocation had failed");
      break;
    default:
      snprintf(text, size, "no run could be made: %s", strerrordesc_np(errno));
  }
}

// Runs with a plan; a finding is run again before it counts, the first one aloud. False at the end
// of all: no more runs can be made.
static bool try_plan(struct task *task, const char *plan) {
  struct zmalloc_sweep *sweep = task->sweep;
  unsigned time_limit = task->options.time_limit;
  enum zmalloc_verdict verdict = run_once(task, plan, time_limit, false);
  if (verdict == ZMALLOC_PASSED) return true;
  if (verdict != ZMALLOC_NOT_SWEPT) {
    bool tells = sweep->findings == 0 && !task->options.is_quiet;
    unsigned patience = verdict == ZMALLOC_HUNG ? 2 * time_limit : time_limit;
    enum zmalloc_verdict again = run_once(task, plan, patience, tells);
    // Slow is not hung.
    if (verdict == ZMALLOC_HUNG && again == ZMALLOC_PASSED) return true;
    if (again != verdict && again != ZMALLOC_NOT_SWEPT) verdict = ZMALLOC_NONDETERMINISTIC;
    if (again == ZMALLOC_NOT_SWEPT) verdict = again;
  }
  char what[96];
  describe(task, verdict, what, sizeof what);
  const char *with = plan ? plan : "nothing fails";
  if (sweep->findings++ == 0) {
    sweep->verdict = verdict;
    if (plan) snprintf(sweep->plan, sizeof sweep->plan, "%s", plan);
    snprintf(sweep->text, sizeof sweep->text, "%s (%s): %s", zmalloc_verdict_name(verdict), with,
             what);
  }
  if (!task->options.is_quiet && sweep->findings <= printed_limit)
    dprintf(2, "zmalloc: sweep: %s (%s): %s%s%s\n", zmalloc_verdict_name(verdict), with, what,
            *task->run->recording ? "; zleakcheck report " : "", task->run->recording);
  return verdict != ZMALLOC_NOT_SWEPT;
}

// Two runs in which nothing fails must be equal, and good. Counts the allocations.
static bool count_points(struct task *task) {
  struct zmalloc_sweep *sweep = task->sweep;
  for (int i = 0; i < 2; i++) {
    if (!try_plan(task, 0) || sweep->findings) return false;
    if (i && task->run->points != sweep->points) {
      sweep->verdict = ZMALLOC_NONDETERMINISTIC;
      sweep->findings = 1;
      snprintf(sweep->text, sizeof sweep->text,
               "nondeterministic (nothing fails): %llu allocations, then %llu",
               (unsigned long long)sweep->points, (unsigned long long)task->run->points);
      if (!task->options.is_quiet) dprintf(2, "zmalloc: sweep: %s\n", sweep->text);
      return false;
    }
    sweep->points = task->run->points;
  }
  return true;
}

static void fail_each(struct task *task) {
  struct zmalloc_sweep *sweep = task->sweep;
  uint64_t count = sweep->points, limit = task->options.point_limit;
  if (count > limit) count = limit;
  for (uint64_t i = 0; i < count; i++) {
    // All of them, or as many, spread evenly.
    unsigned long long point = sweep->points > limit ? 1 + i * sweep->points / count : i + 1;
    char plan[32];
    snprintf(plan, sizeof plan, "nth:%llu", point);
    if (task->options.kinds & ZMALLOC_FAIL_ONCE && !try_plan(task, plan)) return;
    snprintf(plan, sizeof plan, "from:%llu", point);
    if (task->options.kinds & ZMALLOC_FAIL_FROM && !try_plan(task, plan)) return;
  }
  if (sweep->findings == 0)
    snprintf(sweep->text, sizeof sweep->text, "passed: %llu of %llu allocations failed in turn",
             (unsigned long long)count, (unsigned long long)sweep->points);
}

static struct zmalloc_sweep_run *map_shared(void) {
  void *at = mmap(0, sizeof(struct zmalloc_sweep_run), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? 0 : at;
}

static void refuse(struct zmalloc_sweep *sweep, bool is_quiet, const char *why) {
  sweep->verdict = ZMALLOC_NOT_SWEPT;
  snprintf(sweep->text, sizeof sweep->text, "not swept: %s", why);
  if (!is_quiet) dprintf(2, "zmalloc: sweep: %s\n", sweep->text);
}

EXPORT enum zmalloc_verdict zmalloc_sweep(int (*function)(void *context), void *context,
                                          const struct zmalloc_sweep_options *options,
                                          struct zmalloc_sweep *sweep) {
  struct zmalloc_sweep own;
  struct task task = {.function = function, .context = context, .sweep = sweep ? sweep : &own};
  memset(task.sweep, 0, sizeof own);
  if (options) task.options = *options;
  if (!task.options.time_limit) task.options.time_limit = default_time_limit;
  if (!task.options.point_limit) task.options.point_limit = default_point_limit;
  if (!task.options.kinds) task.options.kinds = ZMALLOC_FAIL_ONCE | ZMALLOC_FAIL_FROM;
  bool is_quiet = task.options.is_quiet != 0;
  if (!zmalloc_entrance_is_on()) {
    refuse(task.sweep, is_quiet, "the debug layer is off: set ZMALLOC_DEBUG=on");
  } else if (zmalloc_elsewhere) {
    refuse(task.sweep, is_quiet, "zleakcheck's layer is in force, which cannot sweep");
  } else if (!(task.run = map_shared())) {
    refuse(task.sweep, is_quiet, "no memory for the runs");
  } else {
    if (count_points(&task)) fail_each(&task);
    munmap(task.run, sizeof *task.run);
  }
  return task.sweep->verdict;
}

EXPORT const char *zmalloc_verdict_name(enum zmalloc_verdict verdict) {
  static const char *const names[] = {"passed",  "swallowed", "nondeterministic", "leaked",
                                      "crashed", "hung",      "failed",           "not swept"};
  return (unsigned)verdict < sizeof names / sizeof *names ? names[verdict] : "unknown";
}
#else
// SwiftPM wants something in a file that this build has no use for.
extern const unsigned zmalloc_sweep_is_not_built_here;
#endif
