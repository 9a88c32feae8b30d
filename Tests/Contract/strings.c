// Copies of C strings.
#include "contract.h"

#include <sys/resource.h>

static void copy(const char *name, char *(*duplicate)(const char *), const char *text) {
  char *block = duplicate(text);
  say("%s same %d elsewhere %d length %zu usable %zu counted_for %d", name,
      strcmp(block, text) == 0, block != text, strlen(block), zmalloc_usable_size(block),
      counted() == (long long)zmalloc_size(block));
  // All of it may be written: the end as well.
  memset(block, 'x', strlen(text) + 1);
  zfree(block);
}

static void string_copied(void) {
  copy("zstrdup", zstrdup, "8 bytes");
  copy("ztrystrdup", ztrystrdup, "8 bytes");
  say("left %lld", counted());
}

static void string_empty(void) {
  copy("zstrdup", zstrdup, "");
  copy("ztrystrdup", ztrystrdup, "");
  say("left %lld", counted());
}

static void string_every_byte(void) {
  char text[256];
  for (int i = 0; i < 255; i++) text[i] = (char)(i + 1);
  text[255] = 0;
  char *first = zstrdup(text), *second = ztrystrdup(text);
  say("same %d %d", memcmp(first, text, 256) == 0, memcmp(second, text, 256) == 0);
  zfree(first);
  zfree(second);
  say("left %lld", counted());
}

static void string_long(void) {
  int wrong = 0;
  for (size_t length = 1; length < 70000; length = length * 3 + 1) {
    char *text = (char *)malloc(length + 1);
    memset(text, 'a', length);
    text[length] = 0;
    char *block = zstrdup(text);
    if (strlen(block) != length || strcmp(block, text) != 0) wrong++;
    zfree(block);
    free(text);
  }
  say("wrong %d left %lld", wrong, counted());
}

// No size of a string is too large by itself: the process has room for less than another such
// string.
static void refuse(const char *name, char *(*duplicate)(const char *), const char *text) {
  char *block = duplicate(text);
  say("%s %s handler %d size %zu", name, word(block), failures, failed_size);
  forget_failures();
  zfree(block);
}

static void string_no_memory(void) {
  enum { length = 256 << 20 };
  char *text = (char *)memset(malloc(length + 1), 'a', length);
  text[length] = 0;
  long long now = 0;
  struct rlimit limit;
  zmalloc_set_oom_handler(note_failure);
  get_proc_stat_ll(23, &now);
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = (rlim_t)now + (length / 2);
  setrlimit(RLIMIT_AS, &limit);
  refuse("zstrdup", zstrdup, text);
  refuse("ztrystrdup", ztrystrdup, text);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_AS, &limit);
  free(text);
  say("left %lld", counted());
}

const struct contract_case string_cases[] = {{"string_copied", string_copied},
                                             {"string_empty", string_empty},
                                             {"string_every_byte", string_every_byte},
                                             {"string_long", string_long},
                                             {"string_no_memory", string_no_memory},
                                             {NULL, NULL}};
