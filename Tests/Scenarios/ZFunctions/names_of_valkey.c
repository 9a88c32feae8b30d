// Valkey's names for four functions, beside the others in one program.
#define ZMALLOC_VALKEY_NAMES
#include "../scenario.h"

// A function's name, which the macro changes.
#define NAME(function) NAME_OF(function)
#define NAME_OF(function) #function

int main(void) {
  CHECK(strcmp(NAME(zmalloc), "valkey_malloc") == 0 && strcmp(NAME(zfree), "valkey_free") == 0);
  CHECK(strcmp(NAME(zcalloc), "valkey_calloc") == 0);
  CHECK(strcmp(NAME(zrealloc), "valkey_realloc") == 0);
  CHECK(strcmp(NAME(ztrymalloc), "ztrymalloc") == 0);
  size_t used = zmalloc_used_memory();
  char *block = zmalloc(100);
  CHECK(zmalloc_used_memory() >= used + 100);
  memset(block, 'v', 100);
  block = zrealloc(block, 5000);
  for (int i = 0; i < 100; i++) CHECK(block[i] == 'v');
  char *zeros = zcalloc(300), *copy = zstrdup("valkey"), *counted = zcalloc_num(3, 100);
  for (int i = 0; i < 300; i++) CHECK(zeros[i] == 0 && counted[i] == 0);
  zfree(block);
  zfree(zeros);
  zfree(copy);
  zfree(counted);
  zfree(NULL);
  CHECK(zmalloc_used_memory() == used);
}
