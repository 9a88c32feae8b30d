// Live blocks of about 100 bytes in linked structures: a third in lists, a third in a hash table, a
// third in a tree. All are reachable when it ends; what stands in them beside pointers is numbers
// and text.
//
//   blocks COUNT [timed]     timed: five checks before the end; the CPU time of each is printed, in microseconds
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

// LeakSanitizer's, which the layer has too.
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

struct node {
  struct node *next, *left, *right;
  uint64_t key, hash;
  char text[56];
};

static struct node *list, *tree, **table;
static size_t bucket_count;
static uint64_t seed = 88172645463325252u;

static uint64_t draw(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

// Sizes from 72 to 128 bytes.
static struct node *make_node(void) {
  struct node *node = malloc(72 + draw() % 57);
  if (!node) abort();
  memset(node, 0, 72);
  node->key = draw();
  node->hash = node->key * 0x9E3779B97F4A7C15u;
  snprintf(node->text, 32, "value %llu", (unsigned long long)(node->key & 0xffff));
  return node;
}

static void add_to_tree(struct node *node) {
  struct node **place = &tree;
  while (*place) place = node->key < (*place)->key ? &(*place)->left : &(*place)->right;
  *place = node;
}

static long microseconds(int who) {
  struct rusage usage;
  if (getrusage(who, &usage)) abort();
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec
      + usage.ru_stime.tv_usec;
}

// LeakSanitizer's check is made by a child of its own.
static long spent(void) { return microseconds(RUSAGE_SELF) + microseconds(RUSAGE_CHILDREN); }

int main(int count, char **values) {
  size_t wanted = count > 1 ? strtoull(values[1], 0, 10) : 1000000;
  bucket_count = wanted / 3 + 1;
  table = calloc(bucket_count, sizeof *table);
  if (!table) abort();
  for (size_t i = 0; i < wanted; i++) {
    struct node *node = make_node();
    if (i % 3 == 0) {
      node->next = list;
      list = node;
    } else if (i % 3 == 1) {
      struct node **bucket = &table[node->hash % bucket_count];
      node->next = *bucket;
      *bucket = node;
    } else {
      add_to_tree(node);
    }
  }
  for (int i = 0; count > 2 && i < 5; i++) {
    if (!__lsan_do_recoverable_leak_check) abort();
    long before = spent();
    if (__lsan_do_recoverable_leak_check()) abort();
    printf("%ld\n", spent() - before);
  }
  return 0;
}
