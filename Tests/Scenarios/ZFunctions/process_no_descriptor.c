// Without a descriptor left everything that reads a file says 0 and errno why; with one, errno is
// not touched and no descriptor stays behind.
#include <fcntl.h>
#include <sys/resource.h>

#include "../scenario.h"

static int lowest_descriptor(void) {
  int descriptor = open("/dev/null", O_RDONLY);
  close(descriptor);
  return descriptor;
}

int main(void) {
  int lowest = lowest_descriptor();
  long long value = 77;
  errno = 1234;
  CHECK(zmalloc_get_rss() != 0 && errno == 1234);
  CHECK(zmalloc_get_private_dirty(-1) != 0 && errno == 1234);
  CHECK(zmalloc_get_memory_size() != 0 && errno == 1234);
  CHECK(get_proc_stat_ll(4, &value) == 1 && errno == 1234);
  CHECK(get_proc_stat_ll(400, &value) == 0 && errno == 1234);
  CHECK(lowest_descriptor() == lowest);

  struct rlimit limit, none;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  none = limit;
  none.rlim_cur = 0;
  CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
  errno = 0;
  CHECK(zmalloc_get_rss() == 0 && errno == EMFILE);
  errno = 0;
  CHECK(zmalloc_get_private_dirty(-1) == 0 && errno == EMFILE);
  errno = 0;
  CHECK(zmalloc_get_smap_bytes_by_field("Rss:", getpid()) == 0 && errno == EMFILE);
  errno = 0;
  value = 77;
  CHECK(get_proc_stat_ll(4, &value) == 0 && errno == EMFILE && value == 77);
  CHECK(zmalloc_get_memory_size() != 0);
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(zmalloc_get_rss() != 0);
}
