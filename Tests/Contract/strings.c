// Copies of C strings.
#include "contract.h"

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

const struct contract_case string_cases[] = {{"string_copied", string_copied},
                                             {"string_empty", string_empty},
                                             {"string_every_byte", string_every_byte},
                                             {"string_long", string_long},
                                             {NULL, NULL}};
