// libFuzzer's entrance to the parser: the first bytes of an input are the text, the last ones say
// which of its allocations fail.
//
//     ┌──────────────────────────┬──────────────────────┬───┐
//     │ text                     │ schedule, n bytes    │ n │   n modulo 17
//     └──────────────────────────┴──────────────────────┴───┘
//
// The end, because a text that grows leaves it as it is, and text and schedule change one at a
// time. A crash and a heap mistake show by themselves; what is checked here is a leak, a failure
// that the parser did not report, and one that it made up.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zmalloc_testing.h>

#include "list.h"

enum { schedule_limit = 16 };

// No leak scan at the end: each run is checked on its own. libFuzzer's status stays.
const char *zmalloc_default_options(void) { return "on,leaks=off,exit=keep"; }

static void refuse(const char *what, const char *plan) {
  fprintf(stderr, "fuzz: %s under the plan '%s'\n", what, plan);
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count == 0) return 0;
  size_t text_count = count - 1, scheduled = bytes[text_count] % (schedule_limit + 1);
  if (scheduled > text_count) scheduled = text_count;
  text_count -= scheduled;
  char plan[ZMALLOC_SCHEDULE_PLAN_SIZE];
  zmalloc_schedule_plan(bytes + text_count, scheduled, plan);
  int error = 0;
  struct zmalloc_counts counts;
  ZMALLOC_WITH_FAULTS_COUNTED(plan, &counts) {
    struct item *item = NULL;
    error = item_parse((const char *)bytes, text_count, &item);
    item_free(item);
  }
  if (counts.live_blocks) refuse("a leak", plan);
  if (counts.faults && error != ENOMEM) refuse("a failure that was swallowed", plan);
  if (!counts.faults && error == ENOMEM) refuse("a failure that was made up", plan);
  return 0;
}
