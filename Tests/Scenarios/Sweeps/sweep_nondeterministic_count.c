// Allocates once more in every second run: what is left from the run before is in a file.
#include "../sweep.h"

static int count(void *unused) {
  (void)unused;
  int runs = 0;
  FILE *file = fopen("runs", "a+");
  if (file) {
    while (fgetc(file) != EOF) runs++;
    fputc('.', file);
    fclose(file);
  }
  for (int i = 0; i < 3 + (BAD ? runs % 2 : 0); i++) {
    void *block = ztrymalloc(40);
    if (!block) return ENOMEM;
    zfree(block);
  }
  return 0;
}

int main(void) { return sweep(count, (struct zmalloc_sweep_options){0}); }
