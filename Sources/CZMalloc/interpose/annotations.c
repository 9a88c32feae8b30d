// LeakSanitizer's names, in the preload library and in the debug C library. Not in a Swift program:
// built with a sanitizer it has them already. C for the names.
#include "interpose.h"

#ifdef ZMALLOC_INTERPOSES
#include "CZMalloc.h"

ZMALLOC_EXPORT void __lsan_disable(void) {
  zmalloc_entrance_annotate(ZMALLOC_ANNOTATION_DISABLE, 0, 0);
}

ZMALLOC_EXPORT void __lsan_enable(void) {
  zmalloc_entrance_annotate(ZMALLOC_ANNOTATION_ENABLE, 0, 0);
}

ZMALLOC_EXPORT void __lsan_ignore_object(const void *block) {
  zmalloc_entrance_annotate(ZMALLOC_ANNOTATION_IGNORE, block, 0);
}

ZMALLOC_EXPORT void __lsan_register_root_region(const void *start, size_t byte_count) {
  zmalloc_entrance_annotate(ZMALLOC_ANNOTATION_ADD_REGION, start, byte_count);
}

ZMALLOC_EXPORT void __lsan_unregister_root_region(const void *start, size_t byte_count) {
  zmalloc_entrance_annotate(ZMALLOC_ANNOTATION_REMOVE_REGION, start, byte_count);
}

ZMALLOC_EXPORT void __lsan_do_leak_check(void) { zmalloc_entrance_check_leaks(true); }

ZMALLOC_EXPORT int __lsan_do_recoverable_leak_check(void) {
  return zmalloc_entrance_check_leaks(false);
}
#endif
