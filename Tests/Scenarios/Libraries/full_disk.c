// A disk that is full after the first piece of a file whose name ends with .full: preloaded into
// the command.
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t write(int descriptor, const void *bytes, size_t count) {
  static ssize_t (*next)(int, const void *, size_t);
  if (!next) next = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path);
  struct stat status;
  if (length > 5 && !memcmp(path + length - 5, ".full", 5) && !fstat(descriptor, &status) &&
      status.st_size > 0) {
    errno = ENOSPC;
    return -1;
  }
  return next(descriptor, bytes, count);
}
