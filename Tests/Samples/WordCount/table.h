// A hash table from words to counts: chains of entries, and twice the buckets when there is an
// entry for each of them.
//
//     buckets   ┌───┬───┬───┬───┐
//               │ · │ 0 │ 0 │ · │      a power of two
//               └─┼─┴───┴───┴─┼─┘
//                 ▼           ▼
//               "tea" 3     "of" 7 ──▶ "pot" 1
//
// The promise is that of sds.h: ENOMEM, and the table is as it was before the call. So whatever may
// fail comes first, and what changes the table comes after it and cannot fail.
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

#include "sds.h"

struct entry {
  struct entry *next;
  size_t hash;
  sds word;
  size_t count;
};

struct table {
  struct entry **buckets;
  size_t bucket_count, entry_count;
};

/// An empty table: all zero, needs no memory.
void table_init(struct table *table);

/// Adds 1 to a word's count: 0, or ENOMEM with the table as it was.
int table_add(struct table *table, const char *word, size_t length);

/// A word's count; 0 when it is not there.
size_t table_count(const struct table *table, const char *word, size_t length);

/// Stores all entries at `*entries`, in no order: an array of table->entry_count pointers, to be
/// freed with zfree before the table changes. 0, or ENOMEM with `*entries` untouched.
int table_entries(const struct table *table, struct entry ***entries);

/// Frees all that it holds; it is empty then.
void table_clear(struct table *table);

#endif
