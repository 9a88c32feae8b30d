// LeakSanitizer's functions, where there are any: one source for the layer, for LeakSanitizer, and
// for neither.
#ifndef SANITIZER_H
#define SANITIZER_H

#include <sanitizer/lsan_interface.h>

#include "scenario.h"

#pragma weak __lsan_disable
#pragma weak __lsan_enable
#pragma weak __lsan_ignore_object
#pragma weak __lsan_register_root_region
#pragma weak __lsan_unregister_root_region
#pragma weak __lsan_do_leak_check
#pragma weak __lsan_do_recoverable_leak_check

/// A block that holds one of `held` bytes.
HELPER void **pair(size_t size, size_t held) {
  void **block = ALLOC(size);
  memset(block, 0, size);
  *block = ALLOC(held);
  return block;
}

#endif
