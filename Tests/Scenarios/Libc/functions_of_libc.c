// Blocks that libc's own functions give are ordinary blocks.
#include <dirent.h>
#include <malloc.h>
#include <wchar.h>

#include "../scenario.h"

static void streams(void) {
  char *text = NULL, *line = NULL;
  size_t size = 0, room = 0;
  FILE *stream = open_memstream(&text, &size);
  for (int i = 0; i < 3000; i++) fprintf(stream, "%d\n", i);
  fclose(stream);
  CHECK(size == 13890);
  stream = fmemopen(text, size, "r");
  while (getline(&line, &room, stream) > 0) continue;
  fclose(stream);
  free(line);
  free(text);
}

int main(void) {
  char *text = NULL;
  free(strdup(hidden("text")));
  free(strndup(hidden("text"), 2));
  free(wcsdup(L"wide"));
  CHECK(asprintf(&text, "%*d", 500, 7) == 500);
  free(text);
  free(realpath("/", NULL));
  free(getcwd(NULL, 0));
  struct dirent **entries = NULL;
  int count = scandir("/", &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) free(entries[i]);
  free(entries);
  streams();
  free(realloc(strdup(hidden("grow")), 10000));
  malloc_trim(0);
  CHECK(mallopt(M_ARENA_MAX, 2) == 1);
  (void)mallinfo2();
}
