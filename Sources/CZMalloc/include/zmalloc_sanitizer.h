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

// What the program defines, if it does: its text, or null; whether it wants no check. Called
// without the guard.
const char *zmalloc_program_leak_options(void);
const char *zmalloc_program_suppressions(void);
bool zmalloc_program_turned_leaks_off(void);
// The code of one of them, in this order, where the program does not export it.
void zmalloc_set_program_function(uint32_t index, uintptr_t code);

#endif
