// A small parser to be fuzzed: lists in parentheses, of words and of strings in double quotes, such
// as (copy "a \"b\"" (to here)). On the ztry functions: it may run out of memory.
#ifndef LIST_H
#define LIST_H

#include <stddef.h>

/// A word, a string, or a list of others.
struct item {
  /// The bytes of a word or a string with a zero at the end; NULL for a list.
  char *text;
  struct item **items;
  size_t count, capacity;
};

/// Reads one item from all of `count` bytes: 0 and the item, to be freed with item_free, or EINVAL
/// or ENOMEM and nothing.
int item_parse(const char *bytes, size_t count, struct item **result);

/// NULL is allowed.
void item_free(struct item *item);

#endif
