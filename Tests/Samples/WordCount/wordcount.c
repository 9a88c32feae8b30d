// Reads words from standard input and prints the most frequent: wordcount [HOW_MANY]
//
// What it does when memory runs out is all it has to say about it: one line on standard error,
// status 1, and nothing on standard output that might be taken for the answer. Try
//     zleakcheck fuzz -- ./wordcount < words
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmalloc.h>

#include "sds.h"
#include "table.h"

// Adds the words of some bytes. The last one may go on in the next bytes: `word` keeps it.
static int add_words(struct table *table, sds *word, const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char letter = (char)tolower((unsigned char)bytes[i]);
    if (isalnum((unsigned char)letter)) {
      if (sds_append(word, &letter, 1) != 0) return ENOMEM;
    } else if (sds_length(*word) > 0) {
      if (table_add(table, *word, sds_length(*word)) != 0) return ENOMEM;
      sds_clear(*word);
    }
  }
  return 0;
}

// 0, or errno's number.
static int read_words(struct table *table, sds *word) {
  char bytes[4096];
  for (;;) {
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count < 0) return errno;
    if (count == 0) return add_words(table, word, "\n", 1);
    if (add_words(table, word, bytes, (size_t)count) != 0) return ENOMEM;
  }
}

// The most frequent first; equal ones by their letters.
static int in_order(const void *left, const void *right) {
  const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return strcmp(a->word, b->word);
}

static int print_words(const struct table *table, size_t how_many) {
  struct entry **entries;
  if (table_entries(table, &entries) != 0) return ENOMEM;
  qsort(entries, table->entry_count, sizeof *entries, in_order);
  for (size_t i = 0; i < table->entry_count && i < how_many; i++)
    printf("%7zu %s\n", entries[i]->count, entries[i]->word);
  zfree(entries);
  return fflush(stdout) == 0 ? 0 : errno;
}

int main(int argument_count, char **arguments) {
  size_t how_many = argument_count > 1 ? strtoul(arguments[1], NULL, 10) : 10;
  struct table table;
  table_init(&table);
  sds word = sds_make("", 0);
  int error = word ? read_words(&table, &word) : ENOMEM;
  if (error == 0) error = print_words(&table, how_many);
  sds_free(word);
  table_clear(&table);
  if (error == 0) return 0;
  fprintf(stderr, "wordcount: %s\n", error == ENOMEM ? "out of memory" : strerror(error));
  return 1;
}
