// Zero bytes: a block of its own from every function that allocates, the end of one from those that
// resize, and a failure where the size of an element is zero.
#include "contract.h"

static void zero_bytes(void) {
  zmalloc_set_oom_handler(note_failure);
  for (const struct family *one = families; one->name; one++) {
    size_t usable = 77;
    void *block = one->allocate(hidden(0), &usable);
    say("%s %s usable %zu counted %lld handler %d", one->name, word(block), usable, counted(),
        failures);
    memset(block, 1, usable);
    zfree(block);
  }
  say("left %lld", counted());
}

static void zero_distinct(void) {
  void *first = zmalloc(hidden(0));
  void *second = ztrymalloc(hidden(0));
  say("distinct %d", first != second);
  zfree(first);
  zfree(second);
  say("left %lld", counted());
}

static void zero_resize(void) {
  zmalloc_set_oom_handler(note_failure);
  for (const struct resizing *one = resizings; one->name; one++) {
    size_t usable = 77;
    void *block = one->resize(zmalloc(40), hidden(0), &usable);
    say("%s %s usable %zu counted %lld handler %d", one->name, word(block), usable, counted(),
        failures);
  }
}

static void counted_as(const char *name, void *block) {
  say("%s %s usable %zu handler %d size %zu", name, word(block), zmalloc_usable_size(block),
      failures, failed_size);
  zfree(block);
  forget_failures();
}

static void zero_elements(void) {
  zmalloc_set_oom_handler(note_failure);
  counted_as("zcalloc_num", zcalloc_num(hidden(0), 8));
  counted_as("ztrycalloc_num", ztrycalloc_num(hidden(0), 8));
  say("left %lld", counted());
}

static void zero_element_size(void) {
  zmalloc_set_oom_handler(note_failure);
  counted_as("zcalloc_num", zcalloc_num(10, hidden(0)));
  counted_as("ztrycalloc_num", ztrycalloc_num(10, hidden(0)));
  counted_as("zcalloc_num", zcalloc_num(hidden(0), hidden(0)));
  counted_as("ztrycalloc_num", ztrycalloc_num(hidden(0), hidden(0)));
  say("left %lld", counted());
}

const struct contract_case zero_cases[] = {{"zero_bytes", zero_bytes},
                                           {"zero_distinct", zero_distinct},
                                           {"zero_resize", zero_resize},
                                           {"zero_elements", zero_elements},
                                           {"zero_element_size", zero_element_size},
                                           {NULL, NULL}};
