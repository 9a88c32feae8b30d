// The hash table of table.h. With -DPLANTED_IN_TABLE its growth counts buckets that it may not get.
#include "table.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <zmalloc.h>

enum { first_bucket_count = 4 };

// FNV-1a (Fowler, Noll, Vo).
static size_t hash_of(const char *word, size_t length) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)word[i]) * 0x100000001b3;
  return (size_t)(hash ^ hash >> 32);
}

static struct entry *find(const struct table *table, size_t hash, const char *word, size_t length) {
  if (table->bucket_count == 0) return NULL;
  struct entry *entry = table->buckets[hash & (table->bucket_count - 1)];
  while (entry && !(entry->hash == hash && sds_length(entry->word) == length &&
                    memcmp(entry->word, word, length) == 0))
    entry = entry->next;
  return entry;
}

static void put_first(struct entry **buckets, size_t bucket_count, struct entry *entry) {
  struct entry **bucket = &buckets[entry->hash & (bucket_count - 1)];
  entry->next = *bucket;
  *bucket = entry;
}

// Doubles the buckets when each has an entry. The same entries stand in new chains afterwards: to
// those who ask, the table is as it was.
static int make_room(struct table *table) {
  size_t old_count = table->bucket_count;
  if (table->entry_count < old_count) return 0;
  size_t count = old_count ? 2 * old_count : first_bucket_count;
#ifdef PLANTED_IN_TABLE
  // The mistake: when the next line fails the table has the old buckets and the new count of them.
  table->bucket_count = count;
#endif
  struct entry **buckets = ztrycalloc_num(count, sizeof *buckets);
  if (!buckets) return ENOMEM;
  for (size_t i = 0; i < old_count; i++) {
    for (struct entry *entry = table->buckets[i], *next; entry; entry = next) {
      next = entry->next;
      put_first(buckets, count, entry);
    }
  }
  zfree(table->buckets);
  table->buckets = buckets;
  table->bucket_count = count;
  return 0;
}

void table_init(struct table *table) { *table = (struct table){0}; }

int table_add(struct table *table, const char *word, size_t length) {
  size_t hash = hash_of(word, length);
  struct entry *entry = find(table, hash, word, length);
  if (entry) {
    entry->count++;
    return 0;
  }
  if (make_room(table) != 0) return ENOMEM;
  entry = ztrymalloc(sizeof *entry);
  sds copy = entry ? sds_make(word, length) : NULL;
  if (!copy) {
    zfree(entry);
    return ENOMEM;
  }
  *entry = (struct entry){.hash = hash, .word = copy, .count = 1};
  put_first(table->buckets, table->bucket_count, entry);
  table->entry_count++;
  return 0;
}

size_t table_count(const struct table *table, const char *word, size_t length) {
  struct entry *entry = find(table, hash_of(word, length), word, length);
  return entry ? entry->count : 0;
}

int table_entries(const struct table *table, struct entry ***entries) {
  struct entry **found = ztrycalloc_num(table->entry_count, sizeof *found);
  if (!found) return ENOMEM;
  size_t at = 0;
  for (size_t i = 0; i < table->bucket_count; i++)
    for (struct entry *entry = table->buckets[i]; entry; entry = entry->next) found[at++] = entry;
  *entries = found;
  return 0;
}

void table_clear(struct table *table) {
  for (size_t i = 0; i < table->bucket_count; i++) {
    for (struct entry *entry = table->buckets[i], *next; entry; entry = next) {
      next = entry->next;
      sds_free(entry->word);
      zfree(entry);
    }
  }
  zfree(table->buckets);
  table_init(table);
}
