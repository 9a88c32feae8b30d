/* A stand-in for the preload library: at the end of each process it writes the recording that
   STANDIN_RECORDING names to the path that ZMALLOC_DEBUG's record= names, with the process's id in
   it. So `run` is tested without the layer. STANDIN_ALLOCATIONS replaces the count of allocations;
   STANDIN_SKIP=1 writes nothing. */
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

__attribute__((destructor)) static void end(void) {
  static int isDone;
  if (isDone++) return;
  const char *options = getenv("ZMALLOC_DEBUG");
  const char *template = getenv("STANDIN_RECORDING");
  if (!options || !template || getenv("STANDIN_SKIP")) return;
  const char *record = NULL; /* the last one wins */
  for (const char *at = options; (at = strstr(at, "record=")); record = at += 7) {}
  if (!record) return;
  size_t length = strcspn(record, ",");
  if (*record == '\'') length = strcspn(++record, "'");
  char path[8192];
  expand(record, length, path, sizeof path);

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
