// The debug layer is on in a process that links this library: tests need no environment variable.
// C, because the layer asks by a C name before main.
#include <stdlib.h>

#include "CZMallocTesting.h"
#ifdef DEBUG_LAYER
#include "CZMalloc.h"

// Leaks are the business of the tests' scopes: a test process ends with many blocks that its
// libraries keep.
const char *zmalloc_default_options(void) { return "canary,quarantine=8MiB,stacks=32,leaks=off"; }

// A test process has a reporter of crashes, and crashes on purpose in exit tests: it leaves no
// recording of those in its folder, unless somebody asked for recordings.
__attribute__((constructor)) static void leave_crashes(void) {
  if (!getenv("ZMALLOC_DEBUG")) zmalloc_record_crashes(0);
}
#endif
