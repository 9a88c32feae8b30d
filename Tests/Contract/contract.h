// What the files of the conformance program share: the table of cases, facts that they print,
// and the functions of zmalloc.h that allocate, as one table. zmalloc.h comes first: it must
// need nothing.
#include <zmalloc.h>

#ifndef CONTRACT_H
#define CONTRACT_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A case of the contract: `contract NAME` runs it, and it prints what it found.
struct contract_case {
  const char *name;
  void (*run)(void);
};

// Each ends with a case that has no name.
extern const struct contract_case zero_cases[], too_large_cases[], usable_cases[], resize_cases[],
    free_cases[], string_cases[], size_cases[], fortify_cases[], account_cases[], handler_cases[],
    aligned_cases[], process_cases[], misuse_cases[];

/// Prints one fact, a line. Nothing is kept back: a case may end in abort.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// The same number, of which the compiler knows nothing.
size_t hidden(size_t value);

/// "block" or "NULL".
const char *word(const void *pointer);

/// Used memory since the case began.
long long counted(void);

/// A handler that notes the size and returns; the calls since `forget_failures`.
void note_failure(size_t size);
extern int failures;
extern size_t failed_size;
void forget_failures(void);

/// A function that allocates; `usable` gets what zmalloc_usable_size says where it tells nothing.
struct family {
  const char *name;
  void *(*allocate)(size_t size, size_t *usable);
  /// Whether the bytes are zero, up to the usable size.
  int is_zeroed;
};
/// Ends with a family that has no name.
extern const struct family families[];

/// A function that resizes.
struct resizing {
  const char *name;
  void *(*resize)(void *pointer, size_t size, size_t *usable);
};
extern const struct resizing resizings[];

#ifdef __cplusplus
}
#endif

#endif
