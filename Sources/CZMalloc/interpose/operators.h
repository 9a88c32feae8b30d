// The operators of C++ that the preload library stands in front of, and how others' are found.
#ifndef ZMALLOC_OPERATORS_H
#define ZMALLOC_OPERATORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zmalloc_operator {
  plain_new,
  plain_new_array,
  nothrow_new,
  nothrow_new_array,
  aligned_new,
  aligned_new_array,
  aligned_nothrow_new,
  aligned_nothrow_new_array,
  plain_delete,
  plain_delete_array,
  sized_delete,
  sized_delete_array,
  nothrow_delete,
  nothrow_delete_array,
  aligned_delete,
  aligned_delete_array,
  sized_aligned_delete,
  sized_aligned_delete_array,
  aligned_nothrow_delete,
  aligned_nothrow_delete_array,
  operator_count
};

// The first definition of each name in the order of the modules, ours left out; null where there is
// none. True when one of them is in a module that is no C++ library.
bool zmalloc_find_functions(const char *const *names, size_t count, void **found);

// Where new(std::nothrow) failed and there is a handler.
void *zmalloc_new_caught(size_t size, size_t alignment, uint32_t call);

#endif
