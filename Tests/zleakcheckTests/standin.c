/* A stand-in for the preload library: at the end of each process it writes the recording that
   STANDIN_RECORDING names to the path that ZMALLOC_DEBUG's record= names, with the process's id in
   it. So `run` is tested without the layer. STANDIN_ALLOCATIONS replaces the count of allocations;
   STANDIN_SKIP=1 writes nothing; STANDIN_DRAFT=whole leaves the recording under its draft's name,
   STANDIN_DRAFT=empty leaves a draft with nothing in it from the start on. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void patch(unsigned char *bytes, long count, uint32_t key, uint64_t value) {
  for (long i = 0; i + 16 <= count; i += 8) {
    uint32_t head[2];
    memcpy(head, bytes + i, 8);
    if (head[0] == key && head[1] == 8) {
      memcpy(bytes + i + 8, &value, 8);
      return;
    }
  }
}

static void expand(const char *pattern, size_t length, char *path, size_t limit) {
  size_t used = 0;
  for (size_t i = 0; i < length && used + 300 < limit; i++) {
    if (pattern[i] != '%' || i + 1 == length) {
      path[used++] = pattern[i];
      continue;
    }
    switch (pattern[++i]) {
    case 'e': used += (size_t)sprintf(path + used, "%s", program_invocation_short_name); break;
    case 'p': used += (size_t)sprintf(path + used, "%d", (int)getpid()); break;
    case 't': used += (size_t)sprintf(path + used, "1"); break;
    case 'n': used += (size_t)sprintf(path + used, "1"); break;
    default: path[used++] = '%';
    }
  }
  path[used] = 0;
}

/* The path that record= names, or its draft's; 0 when there is none. */
static int place(char *path, size_t limit) {
  const char *options = getenv("ZMALLOC_DEBUG");
  const char *record = NULL; /* the last one wins */
  if (!options) return 0;
  for (const char *at = options; (at = strstr(at, "record=")); record = at += 7) {}
  if (!record) return 0;
  size_t length = strcspn(record, ",");
  if (*record == '\'') length = strcspn(++record, "'");
  expand(record, length, path, limit);
  if (getenv("STANDIN_DRAFT")) strcat(path, ".part");
  return 1;
}

static int leaves_empty_draft(void) {
  const char *draft = getenv("STANDIN_DRAFT");
  return draft && !strcmp(draft, "empty");
}

__attribute__((constructor)) static void start(void) {
  char path[8192];
  if (leaves_empty_draft() && place(path, sizeof path)) close(open(path, O_WRONLY | O_CREAT, 0600));
}

__attribute__((destructor)) static void end(void) {
  static int isDone;
  char path[8192];
  if (isDone++) return;
  const char *template = getenv("STANDIN_RECORDING");
  if (!template || getenv("STANDIN_SKIP") || leaves_empty_draft()) return;
  if (!place(path, sizeof path)) return;

  static unsigned char bytes[1 << 20];
  int in = open(template, O_RDONLY);
  long count = read(in, bytes, sizeof bytes);
  close(in);
  patch(bytes, count, 100, (uint64_t)getpid());
  const char *allocations = getenv("STANDIN_ALLOCATIONS");
  if (allocations) patch(bytes, count, 105, strtoull(allocations, NULL, 10));
  int out = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (out < 0 || write(out, bytes, (size_t)count) != count) syscall(SYS_exit_group, 99);
  close(out);
}

/* dash ends by _exit, which runs no destructor. */
void _exit(int status) {
  end();
  syscall(SYS_exit_group, status);
  __builtin_unreachable();
}
