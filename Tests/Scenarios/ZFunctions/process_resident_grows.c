// The resident size grows with what is touched and shrinks with what is given back, and is what the
// kernel says elsewhere.
#include <sys/mman.h>

#include "../scenario.h"

enum { mib = 1 << 20, slack = 8 * mib };

/// A line of a file of /proc that counts in kB, in bytes.
static size_t said(const char *path, const char *name) {
  char line[256];
  size_t bytes = 0;
  FILE *file = fopen(path, "r");
  CHECK(file);
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, name, strlen(name)) == 0) bytes = strtoull(line + strlen(name), NULL, 10);
  }
  fclose(file);
  CHECK(bytes != 0);
  return bytes * 1024;
}

static void check_near(size_t a, size_t b) { CHECK((a > b ? a - b : b - a) < slack); }

int main(void) {
  size_t before = zmalloc_get_rss();
  check_near(before, said("/proc/self/status", "VmRSS:"));
  check_near(before, zmalloc_get_smap_bytes_by_field("Rss:", -1));

  char *touched = mmap(NULL, 50 * mib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(touched != MAP_FAILED);
  size_t dirty = zmalloc_get_private_dirty(-1);
  check_near(zmalloc_get_rss(), before);
  memset(touched, 1, 50 * mib);
  check_near(zmalloc_get_rss(), before + 50 * mib);
  check_near(zmalloc_get_rss(), said("/proc/self/status", "VmRSS:"));
  check_near(zmalloc_get_private_dirty(-1), dirty + 50 * mib);
  munmap(touched, 50 * mib);
  check_near(zmalloc_get_rss(), before);

  CHECK(zmalloc_get_memory_size() == said("/proc/meminfo", "MemTotal:"));
  CHECK(zmalloc_get_rss() < zmalloc_get_memory_size());
}
