// What a program says of its blocks, and its questions. C, for the registers that the leak scan
// reads, and because a stack walk cannot pass Embedded Swift.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
// Weak: a reference that may stay without its function.
const char *__lsan_default_options(void) __attribute__((weak));
const char *__lsan_default_suppressions(void) __attribute__((weak));
int __lsan_is_turned_off(void) __attribute__((weak));

typedef const char *(*text_function)(void);
typedef int (*number_function)(void);
static uintptr_t found[3];

void zmalloc_set_program_function(uint32_t index, uintptr_t code) { found[index] = code; }

const char *zmalloc_program_leak_options(void) {
  text_function ask = __lsan_default_options ? __lsan_default_options : (text_function)found[0];
  return ask ? ask() : 0;
}

const char *zmalloc_program_suppressions(void) {
  text_function ask =
      __lsan_default_suppressions ? __lsan_default_suppressions : (text_function)found[1];
  return ask ? ask() : 0;
}

bool zmalloc_program_turned_leaks_off(void) {
  number_function ask = __lsan_is_turned_off ? __lsan_is_turned_off : (number_function)found[2];
  return ask && ask() != 0;
}

void zmalloc_entrance_annotate(uint32_t what, const void *start, size_t byte_count) {
  if (ZMALLOC_ELSEWHERE) {
    ZMALLOC_ELSEWHERE->annotate(what, start, byte_count);
    return;
  }
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (!thread) return;
  zmalloc_layer_annotate(thread, what, (uintptr_t)start, byte_count);
  zmalloc_visit_end();
}

struct check {
  bool is_last, has_leaks;
};

static void check_with(const uintptr_t *registers, uint32_t count, uintptr_t sp, void *context) {
  (void)count;
  struct check *check = context;
  check->has_leaks = zmalloc_layer_check_leaks(check->is_last, registers, sp);
}

bool zmalloc_entrance_check_leaks(bool is_last) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->check_leaks(is_last);
  struct check check = {.is_last = is_last};
  zmalloc_with_registers(check_with, &check);
  return check.has_leaks;
}
#endif
