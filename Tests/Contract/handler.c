// Out-of-memory handlers: the default, and one that returns, allocates, fails itself, ends the
// process, or leaves by longjmp.
#include "contract.h"

#include <pthread.h>
#include <setjmp.h>

static void handler_default(void) {
  say("before");
  say("%s", word(zmalloc(hidden(SIZE_MAX - 1))));
}

static void handler_default_product(void) {
  say("before");
  say("%s", word(zcalloc_num(hidden(SIZE_MAX / 2), 3)));
}

static void handler_restored(void) {
  zmalloc_set_oom_handler(note_failure);
  void *block = zmalloc(hidden(SIZE_MAX));
  say("%s handler %d", word(block), failures);
  zmalloc_set_oom_handler(NULL);
  say("%s", word(zcalloc(hidden(SIZE_MAX / 2))));
}

static void handler_returns(void) {
  zmalloc_set_oom_handler(note_failure);
  for (int i = 0; i < 3; i++) {
    void *block = zmalloc(hidden(SIZE_MAX - (size_t)i));
    say("%s handler %d size %zu", word(block), failures, failed_size);
  }
  char *block = (char *)zmalloc(10);
  say("%s left %lld", word(block), counted() - (long long)zmalloc_size(block));
  zfree(block);
}

static void allocate(size_t size) {
  char *report = (char *)zmalloc(200);
  report = (char *)zrealloc(report, 400);
  snprintf(report, 400, "report: no memory for %zu bytes", size);
  say("%s counted_for %d", report, counted() == (long long)zmalloc_size(report));
  zfree(report);
}

static void handler_allocates(void) {
  zmalloc_set_oom_handler(allocate);
  say("%s", word(zmalloc(hidden(SIZE_MAX))));
  say("left %lld", counted());
}

static void fail_inside(size_t size) {
  failures++;
  say("size %zu", size);
  if (failures < 3) say("%s", word(zmalloc(hidden(size - 1))));
}

static void handler_fails(void) {
  zmalloc_set_oom_handler(fail_inside);
  void *block = zmalloc(hidden(SIZE_MAX));
  say("%s handler %d", word(block), failures);
}

static void at_exit(void) { say("left %lld", counted()); }

static void leave_process(size_t size) {
  say("size %zu", size);
  exit(7);
}

static void handler_exits(void) {
  atexit(at_exit);
  zmalloc_set_oom_handler(leave_process);
  say("%s", word(zmalloc(hidden(SIZE_MAX))));
}

static jmp_buf back;

static void jump(size_t size) {
  failures++;
  failed_size = size;
  longjmp(back, 1);
}

// Four failures, each left by longjmp: the next one finds everything as it was.
static void handler_jumps(void) {
  static void *block;
  static volatile int round;
  zmalloc_set_oom_handler(jump);
  block = zmalloc(100);
  for (round = 0; round < 4; round++) {
    if (setjmp(back) != 0) say("back handler %d size %zu", failures, failed_size);
    else if (round % 2) say("%s", word(zmalloc(hidden(SIZE_MAX))));
    else say("%s", word(zrealloc(block, hidden(SIZE_MAX / 2))));
  }
  say("counted_for %d", counted() == (long long)zmalloc_size(block));
  zfree(block);
  say("left %lld", counted());
}

// Under a plan that fails some allocations: those after a jump fail as well.
static void handler_jumps_under_plan(void) {
  static volatile int round;
  zmalloc_set_oom_handler(jump);
  for (round = 0; round < 6; round++) {
    if (setjmp(back) != 0) {
      say("back handler %d size %zu", failures, failed_size);
    } else {
      void *block = zmalloc(100);
      say("%s", word(block));
      zfree(block);
    }
  }
}

static void *fail(void *unused) {
  void *block = zmalloc(hidden(SIZE_MAX));
  say("%s handler %d", word(block), failures);
  return unused;
}

static void handler_of_all_threads(void) {
  pthread_t thread;
  zmalloc_set_oom_handler(note_failure);
  if (pthread_create(&thread, NULL, fail, NULL) != 0) say("no thread");
  pthread_join(thread, NULL);
  say("handler %d size %zu", failures, failed_size);
}

#ifdef __cplusplus
static void throw_size(size_t size) {
  say("size %zu", size);
  throw size;
}

// The header says that this ends in std::terminate.
static void handler_throws(void) {
  zmalloc_set_oom_handler(throw_size);
  try {
    say("%s", word(zmalloc(hidden(SIZE_MAX))));
  } catch (size_t size) {
    say("caught %zu", size);
  }
}
#endif

const struct contract_case handler_cases[] = {
    {"handler_default", handler_default},
    {"handler_default_product", handler_default_product},
    {"handler_restored", handler_restored},
    {"handler_returns", handler_returns},
    {"handler_allocates", handler_allocates},
    {"handler_fails", handler_fails},
    {"handler_exits", handler_exits},
    {"handler_jumps", handler_jumps},
    {"handler_jumps_under_plan", handler_jumps_under_plan},
#ifdef __cplusplus
    {"handler_throws", handler_throws},
#endif
    {"handler_of_all_threads", handler_of_all_threads},
    {NULL, NULL}};
