// The conformance program of zmalloc.h: `contract NAME` runs one case, `contract --list` names
// them. What a case prints is compared with the contract by the tests, which know the library's
// backend.
#include "contract.h"

#include <stdarg.h>

static const struct contract_case *const topics[] = {
    zero_cases,   too_large_cases, usable_cases,  resize_cases,  free_cases,  string_cases,
    size_cases,   fortify_cases,   account_cases, handler_cases, aligned_cases, process_cases,
    misuse_cases};

static size_t used_before;
int failures;
size_t failed_size;

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  fflush(stdout);
}

size_t hidden(size_t value) {
  volatile size_t copy = value;
  return copy;
}

const char *word(const void *pointer) { return pointer ? "block" : "NULL"; }

long long counted(void) { return (long long)zmalloc_used_memory() - (long long)used_before; }

void note_failure(size_t size) {
  failures++;
  failed_size = size;
}

void forget_failures(void) {
  failures = 0;
  failed_size = 0;
}

int main(int count, char **words) {
  const char *wanted = count == 2 ? words[1] : "";
  for (size_t topic = 0; topic < sizeof topics / sizeof *topics; topic++) {
    for (const struct contract_case *one = topics[topic]; one->name; one++) {
      if (strcmp(wanted, "--list") == 0) say("%s", one->name);
      if (strcmp(wanted, one->name) != 0) continue;
      used_before = zmalloc_used_memory();
      one->run();
      return 0;
    }
  }
  if (strcmp(wanted, "--list") == 0) return 0;
  fprintf(stderr, "usage: contract NAME, or contract --list\n");
  return 64;
}
