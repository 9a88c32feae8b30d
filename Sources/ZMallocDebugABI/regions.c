// Blocks of code with a fault plan or a count of their own, for zmalloc_testing.h. C, because the
// struct that stands on the caller's stack is C's.
#if defined(DEBUG_LAYER) && !defined(PRELOAD)
#include <stdio.h>
#include <stdlib.h>

#include "CZMalloc.h"
#include "zmalloc.h"
#include "zmalloc_testing.h"

#define EXPORT __attribute__((visibility("default")))

// A test that silently tests nothing is worse than none.
static _Noreturn void refuse(const char *what, const char *plan) {
  dprintf(2, "zmalloc: %s%s%s\n", plan ? plan : "", plan ? ": " : "", what);
  abort();
}

EXPORT struct zmalloc_region zmalloc_region_begin(enum zmalloc_region_kind kind, const char *plan,
                                                  struct zmalloc_counts *counts) {
  struct zmalloc_region region = {.runs = 1, .counts = counts};
  bool has_plan = kind == ZMALLOC_REGION_FAULTS && plan && *plan;
  if (zmalloc_elsewhere) refuse("zleakcheck's layer is in force, which has no blocks of code", 0);
  if (!zmalloc_entrance_is_on()) refuse("the debug layer is off: set ZMALLOC_DEBUG=on", 0);
  if (kind == ZMALLOC_REGION_WITHOUT_FAULTS) {
    region.suspends = 1;
    zmalloc_entrance_suspend_faults(true);
    return region;
  }
  region.scope = zmalloc_scope_open(has_plan ? plan : "", zmalloc_scope_seed());
  if (!region.scope) refuse("no fault plan, or more than 256 blocks of code", has_plan ? plan : "");
  if (kind == ZMALLOC_REGION_COUNTED) zmalloc_scope_pass_on(region.scope);
  zmalloc_scope_enter(region.scope);
  return region;
}

EXPORT void zmalloc_region_end(struct zmalloc_region *region) {
  if (region->suspends) zmalloc_entrance_suspend_faults(false);
  if (!region->scope) return;
  zmalloc_scope_leave(region->scope);
  if (region->counts) {
    region->counts->points = zmalloc_scope_points(region->scope);
    region->counts->faults = zmalloc_scope_faults(region->scope);
    region->counts->live_blocks = zmalloc_scope_live_blocks(region->scope);
    region->counts->live_bytes = zmalloc_scope_live_bytes(region->scope);
  }
  zmalloc_scope_close(region->scope);
  region->scope = 0;
}
#else
// SwiftPM wants something in a file that this build has no use for.
extern const unsigned zmalloc_regions_are_not_built_here;
#endif
