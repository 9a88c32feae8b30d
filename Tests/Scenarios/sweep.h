// What the programs of Sweeps share: they link the debug library, turn its layer on by themselves,
// sweep over one function, and print the verdict.
#ifndef SWEEP_H
#define SWEEP_H

#include "scenario.h"

#include <zmalloc_testing.h>

const char *zmalloc_default_options(void) { return "on"; }

/// Sweeps and prints one line: the verdict, the plan that has it, allocations and findings.
HELPER int sweep(int (*function)(void *), struct zmalloc_sweep_options options) {
  struct zmalloc_sweep found;
  enum zmalloc_verdict verdict = zmalloc_sweep(function, NULL, &options, &found);
  CHECK(verdict == found.verdict);
  dprintf(1, "%s [%s] allocations: %llu, findings: %u\n%s\n", zmalloc_verdict_name(verdict),
          found.plan, (unsigned long long)found.points, found.findings, found.text);
  return verdict;
}

#endif
