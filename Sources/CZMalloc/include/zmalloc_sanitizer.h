// LeakSanitizer's ways (<sanitizer/lsan_interface.h>): what a program says of its blocks, what it
// asks, and the functions of its own that are asked.
#ifndef ZMALLOC_SANITIZER_H
#define ZMALLOC_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zmalloc_layer.h"

#define ZMALLOC_ANNOTATION_DISABLE 1
#define ZMALLOC_ANNOTATION_ENABLE 2
#define ZMALLOC_ANNOTATION_IGNORE 3
#define ZMALLOC_ANNOTATION_ADD_REGION 4
#define ZMALLOC_ANNOTATION_REMOVE_REGION 5

// Implemented in C, called by LeakSanitizer's names.
void zmalloc_entrance_annotate(uint32_t what, const void *start, size_t byte_count);
// Searches for leaks now; whether there are any. The last check ends the process if there are, and
// where there are none it is the last: none follows at the end.
bool zmalloc_entrance_check_leaks(bool is_last);

// Implemented in Swift. The first one is called with the guard held, the second one without.
void zmalloc_layer_annotate(struct zmalloc_thread *thread, uint32_t what, uintptr_t start,
                            size_t byte_count);
bool zmalloc_layer_check_leaks(bool is_last, const uintptr_t *registers, uintptr_t stack_pointer);

// What the program defines, if it does. Weak: a reference that may stay without its function.
const char *__lsan_default_options(void) __attribute__((weak));
const char *__lsan_default_suppressions(void) __attribute__((weak));
int __lsan_is_turned_off(void) __attribute__((weak));
static inline const char *zmalloc_program_leak_options(void) {
  return __lsan_default_options ? __lsan_default_options() : 0;
}
static inline const char *zmalloc_program_suppressions(void) {
  return __lsan_default_suppressions ? __lsan_default_suppressions() : 0;
}
static inline bool zmalloc_program_turned_leaks_off(void) {
  return __lsan_is_turned_off && __lsan_is_turned_off() != 0;
}

#endif
