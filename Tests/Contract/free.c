// The ways back: NULL, the size that was freed, the size that the caller gives, another thread.
#include "contract.h"

#include <pthread.h>

static void free_null(void) {
  zfree(NULL);
  zfree_with_size(NULL, hidden(0));
  zfree_with_size(NULL, hidden(100));
  zfree_usable(NULL, NULL);
  size_t freed = 77;
  zfree_usable(NULL, &freed);
  say("freed %zu left %lld", freed, counted());
}

static void free_tells_size(void) {
  for (const struct family *one = families; one->name; one++) {
    size_t usable = 77, freed = 78;
    void *block = one->allocate(hidden(9), &usable);
    zfree_usable(block, &freed);
    say("%s usable %zu freed %zu left %lld", one->name, usable, freed, counted());
  }
}

static void free_sized(void) {
  static const size_t sizes[] = {0, 1, 8, 9, 16, 100, 1000, 4096, 5000, 40000, 1 << 20, 8 << 20};
  for (const struct family *one = families; one->name; one++) {
    int wrong = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      size_t usable = 77;
      void *block = one->allocate(hidden(sizes[i]), &usable);
      memset(block, 1, usable);
      zfree_with_size(block, usable);
      if (counted() != 0) wrong++;
      block = one->allocate(hidden(sizes[i]), &usable);
      zfree_with_size(block, zmalloc_usable_size(block));
      if (counted() != 0) wrong++;
    }
    say("%s wrong %d", one->name, wrong);
  }
}

static void free_sized_after_resize(void) {
  static const size_t sizes[] = {10, 400, 50000, 2 << 20, 3000, 30};
  for (const struct resizing *one = resizings; one->name; one++) {
    int wrong = 0;
    for (size_t i = 1; i < sizeof sizes / sizeof *sizes; i++) {
      size_t usable = 77;
      void *block = one->resize(zmalloc(sizes[i - 1]), hidden(sizes[i]), &usable);
      zfree_with_size(block, usable);
      if (counted() != 0) wrong++;
    }
    say("%s wrong %d", one->name, wrong);
  }
}

enum { given_count = 2000 };
static void *given[given_count];

static void *take(void *unused) {
  for (int i = 0; i < given_count; i++) {
    if (i % 2) zfree(given[i]);
    else zfree_with_size(given[i], zmalloc_usable_size(given[i]));
  }
  return unused;
}

static void free_elsewhere(void) {
  pthread_t thread;
  for (int i = 0; i < given_count; i++) given[i] = zmalloc((size_t)i);
  if (pthread_create(&thread, NULL, take, NULL) != 0) say("no thread");
  pthread_join(thread, NULL);
  say("left %lld", counted());
}

const struct contract_case free_cases[] = {{"free_null", free_null},
                                           {"free_tells_size", free_tells_size},
                                           {"free_sized", free_sized},
                                           {"free_sized_after_resize", free_sized_after_resize},
                                           {"free_elsewhere", free_elsewhere},
                                           {NULL, NULL}};
