// Three mistakes for tools/try to find, one a function.
//
// Usage: planted leak|overflow|ignored-failure
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct guest {
  char name[24];
  struct guest *next;
};

static struct guest *invite(const char *name, struct guest *next) {
  struct guest *guest = malloc(sizeof *guest);
  if (!guest) return NULL;
  strncpy(guest->name, name, sizeof guest->name - 1);
  guest->name[sizeof guest->name - 1] = 0;
  guest->next = next;
  return guest;
}

// Counts a list of three and forgets to free it: one root that holds two.
static void leak_a_guest_list(void) {
  struct guest *list = invite("Ada", invite("Grace", invite("Barbara", NULL)));
  int count = 0;
  while (list) {
    count++;
    list = list->next;
  }
  printf("%d guests\n", count);
}

// Forgets that a C string ends with a zero byte: one byte past the end.
static void overflow_a_copy_of_a_name(void) {
  const char *name = "Grace Brewster Murray Hopper";
  size_t length = strlen(name);
  char *copy = malloc(length);
  if (!copy) return;
  for (size_t i = 0; i <= length; i++) copy[i] = name[i];
  printf("%.*s\n", (int)length, copy);
  free(copy);
}

// Never asks whether malloc gave anything.
static void ignore_a_failed_allocation(void) {
  int *rows[20];
  for (int i = 0; i < 20; i++) {
    rows[i] = malloc(sizeof *rows[i]);
    *rows[i] = i;
  }
  for (int i = 0; i < 20; i++) free(rows[i]);
  puts("20 rows");
}

int main(int argc, char **argv) {
  const char *mistake = argc > 1 ? argv[1] : "";
  if (!strcmp(mistake, "leak")) leak_a_guest_list();
  else if (!strcmp(mistake, "overflow")) overflow_a_copy_of_a_name();
  else if (!strcmp(mistake, "ignored-failure")) ignore_a_failed_allocation();
  else return 64;
  return 0;
}
