// Tests of the string and the table with cmocka, a test library for C, and zmalloc_testing.h. Each
// sweep calls one small function again and again, and fails another allocation each time. The
// function does not use cmocka's assertions, which leave by longjmp: it compares, and returns a
// number.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zmalloc.h>
#include <zmalloc_testing.h>

#include "sds.h"
#include "table.h"

// The layer is on in these tests, whatever the environment says.
const char *zmalloc_default_options(void) { return "on"; }

// What a sweep takes for a mistake: a negative number.
enum { broken_promise = -1 };

static void assert_keeps_its_promise(int (*function)(void *)) {
  struct zmalloc_sweep sweep;
  if (zmalloc_sweep(function, NULL, NULL, &sweep) != ZMALLOC_PASSED) fail_msg("%s", sweep.text);
  assert_true(sweep.points > 3);
}

// Appends to a string; after a failure it must be as it was.
static int append_in_pieces(void *unused) {
  static const char all[] = "a string that grows and grows, a few letters at a time";
  (void)unused;
  sds text = sds_make("", 0);
  if (!text) return ENOMEM;
  int error = 0;
  for (size_t at = 0; at + 3 < sizeof all && error == 0; at += 3) {
    error = sds_append(&text, all + at, 3);
    size_t length = error ? at : at + 3;
    if (!text || sds_length(text) != length || memcmp(text, all, length) != 0)
      error = broken_promise;
  }
  sds_free(text);
  return error;
}

// The words that were added, and no others, are in the table with their counts.
static int holds(const struct table *table, size_t word_count) {
  char word[2] = "a";
  if (table->entry_count != word_count) return 0;
  for (size_t i = 0; i < 26; i++, word[0]++)
    if (table_count(table, word, 1) != (i < word_count)) return 0;
  return 1;
}

// Adds words to a table; after a failure it must be as it was.
static int add_words(void *unused) {
  (void)unused;
  struct table table;
  table_init(&table);
  int error = 0;
  size_t added = 0;
  for (char word[2] = "a"; added < 20 && error == 0; word[0]++) {
    error = table_add(&table, word, 1);
    if (error == 0) added++;
    if (!holds(&table, added)) error = broken_promise;
  }
  table_clear(&table);
  return error;
}

static void the_string_keeps_its_promise(void **state) {
  (void)state;
  assert_keeps_its_promise(append_in_pieces);
}

static void the_table_keeps_its_promise(void **state) {
  (void)state;
  assert_keeps_its_promise(add_words);
}

// What failed once succeeds when it is tried again: the table was not half changed.
static void an_addition_may_be_tried_again(void **state) {
  (void)state;
  struct table table;
  struct zmalloc_counts counts;
  ZMALLOC_COUNTED(&counts) {
    table_init(&table);
    for (int i = 0; i < 4; i++) assert_int_equal(table_add(&table, &"abcd"[i], 1), 0);
    // The fifth word wants twice the buckets.
    ZMALLOC_WITH_FAULTS("nth:1") assert_int_equal(table_add(&table, "e", 1), ENOMEM);
    assert_int_equal(table_add(&table, "e", 1), 0);
    assert_true(holds(&table, 5));
    table_clear(&table);
  }
  assert_int_equal(counts.live_blocks, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_string_keeps_its_promise),
      cmocka_unit_test(the_table_keeps_its_promise),
      cmocka_unit_test(an_addition_may_be_tried_again),
  };
  return cmocka_run_group_tests_name("wordcount", tests, NULL, NULL);
}
