// What differs from run to run although the program is the same: the clock, and the kernel's random
// bytes. In a campaign the bytes are the same each time; with `fixed-time` the clocks are, too:
// each look at one finds it a thousandth of a second later. C for libc's names.
#include "interpose.h"

#if defined(ZMALLOC_INTERPOSES) && defined(PRELOAD)
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "CZMalloc.h"

typedef int (*clock_function)(clockid_t, struct timespec *);
static clock_function real_clock;

// 2020-01-01, and half a day more for who looks at local time.
enum { fixed_start = 1577880000 };
static uint64_t looks, random_state;

// The layer's own way: libc's, or the kernel where libc's is not known yet.
int zmalloc_read_clock(clockid_t clock, struct timespec *now) {
  clock_function known = __atomic_load_n(&real_clock, __ATOMIC_ACQUIRE);
  if (known) return known(clock, now);
  return (int)syscall(SYS_clock_gettime, clock, now);
}

void zmalloc_find_clock(void) {
  __atomic_store_n(&real_clock, (clock_function)dlsym(RTLD_NEXT, "clock_gettime"),
                   __ATOMIC_RELEASE);
}

static void look(struct timespec *now) {
  uint64_t count = __atomic_fetch_add(&looks, 1, __ATOMIC_RELAXED);
  now->tv_sec = (time_t)(fixed_start + count / 1000);
  now->tv_nsec = (long)(count % 1000 * 1000000);
}

ZMALLOC_EXPORT int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!zmalloc_switches.fixed_time) return zmalloc_read_clock(clock, now);
  look(now);
  return 0;
}

ZMALLOC_EXPORT int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  // Kept from the compiler, which takes the header's word that it is never null.
  struct timeval *to = now;
  __asm__("" : "+r"(to));
  if (zone) *(struct timezone *)zone = (struct timezone){0};
  if (!to) return 0;
  struct timespec exact;
  if (zmalloc_switches.fixed_time) look(&exact);
  else zmalloc_read_clock(CLOCK_REALTIME, &exact);
  *to = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
  return 0;
}

ZMALLOC_EXPORT time_t time(time_t *result) {
  struct timespec now;
  if (zmalloc_switches.fixed_time) look(&now);
  else zmalloc_read_clock(CLOCK_REALTIME_COARSE, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}

static void fill(unsigned char *bytes, size_t byte_count) {
  for (size_t i = 0; i < byte_count; i++) {
    // SplitMix64 (Steele, Lea, Flood 2014), a byte of each number.
    uint64_t mixed = __atomic_add_fetch(&random_state, 0x9E3779B97F4A7C15u, __ATOMIC_RELAXED);
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    bytes[i] = (unsigned char)(mixed >> 40);
  }
}

ZMALLOC_EXPORT ssize_t getrandom(void *bytes, size_t byte_count, unsigned flags) {
  if (!zmalloc_switches.fixed_random) return syscall(SYS_getrandom, bytes, byte_count, flags);
  fill(bytes, byte_count);
  return (ssize_t)byte_count;
}

ZMALLOC_EXPORT int getentropy(void *bytes, size_t byte_count) {
  if (byte_count > 256) {
    errno = EIO;
    return -1;
  }
  if (zmalloc_switches.fixed_random) {
    fill(bytes, byte_count);
    return 0;
  }
  for (size_t filled = 0; filled < byte_count;) {
    long got = syscall(SYS_getrandom, (char *)bytes + filled, byte_count - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    filled += (size_t)got;
  }
  return 0;
}
#endif
