// Where a process stands in its files. An offset belongs to all copies of a process, so that each
// copy has to get its own. C, because all of it is calls and structs of libc.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <fcntl.h>
#include "descriptors.h"

// Noted before the process doubles: the parent goes on at once.
uint64_t zmalloc_open_ones[descriptor_limit / 64];
off_t zmalloc_offsets[descriptor_limit];
// What was found to be a file that is only read, a bit each.
static uint64_t readers[descriptor_limit / 64];
// Standard output and error as they were at the first note: the command's own.
static struct stat streams[2];

static bool has(const uint64_t *bits, int descriptor) {
  return bits[descriptor / 64] >> descriptor % 64 & 1;
}

bool zmalloc_is_same_file(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

void zmalloc_note_offsets(void) {
  zmalloc_open_descriptors(zmalloc_open_ones, descriptor_limit / 64);
  for (int i = 0; i < descriptor_limit; i++)
    if (has(zmalloc_open_ones, i)) zmalloc_offsets[i] = lseek(i, 0, SEEK_CUR);
}

void zmalloc_note_streams(void) {
  for (int i = 0; i < 2; i++)
    if (fstat(i + 1, &streams[i]) != 0) memset(&streams[i], 0, sizeof streams[i]);
}

bool zmalloc_reopen(int descriptor, int flags, int close_on_exec) {
  char path[32] = "/proc/self/fd/";
  zmalloc_append_number(path, (uint32_t)descriptor);
  off_t offset = zmalloc_offsets[descriptor];
  int fresh = open(path, (flags & (O_ACCMODE | O_APPEND | O_NONBLOCK)) | O_CLOEXEC);
  if (fresh < 0) return false;
  bool done = offset <= 0 || lseek(fresh, offset, SEEK_SET) == offset;
  if (done) done = dup3(fresh, descriptor, close_on_exec) == descriptor;
  close(fresh);
  return done;
}

static bool reopen_as_is(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL), kept = fcntl(descriptor, F_GETFD);
  if (flags < 0 || kept < 0) return false;
  return zmalloc_reopen(descriptor, flags, kept & FD_CLOEXEC ? O_CLOEXEC : 0);
}

// A lock belongs to who holds it, and a copy would not.
static bool is_locked(int descriptor) {
  char path[48] = "/proc/self/fdinfo/", found[1024];
  zmalloc_append_number(path, (uint32_t)descriptor);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file >= 0 ? read(file, found, sizeof found) : -1;
  if (file >= 0) close(file);
  return got < 0 || memmem(found, (size_t)got, "lock:", 5);
}

// The kernel's O_LARGEFILE, which every file has; libc's is 0 where all files may be large.
#if defined(__x86_64__)
enum { large_file = 0100000 };
#else
enum { large_file = 0400000 };
#endif

// A file that can be opened anew and be no other: read alone, with no flag that opening would lose,
// not locked, and not one of the kernel's, which are written when they are opened and say that they
// are empty.
static bool is_reader(int descriptor, const struct stat *status) {
  const int kept = O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | large_file;
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && (flags & ~kept) == O_RDONLY && S_ISREG(status->st_mode) &&
         status->st_size > 0 && !is_locked(descriptor);
}

// Whether another descriptor leads to the same file: they may share one offset.
static bool is_twice(int descriptor, const struct stat *status, const uint64_t *open_now) {
  for (int i = 0; i < descriptor_limit; i++) {
    struct stat other;
    if (i != descriptor && has(open_now, i) && fstat(i, &other) == 0 &&
        zmalloc_is_same_file(&other, status))
      return true;
  }
  return false;
}

static bool can_be_renewed(int descriptor, const uint64_t *open_now) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return false;
  bool is_same =
      has(zmalloc_open_ones, descriptor) &&
      lseek(descriptor, 0, SEEK_CUR) == zmalloc_offsets[descriptor];
  if (is_same) return true;
  if (descriptor == 1 || descriptor == 2)
    return zmalloc_is_same_file(&status, &streams[descriptor - 1]);
  if (!is_reader(descriptor, &status) || is_twice(descriptor, &status, open_now)) return false;
  readers[descriptor / 64] |= UINT64_C(1) << descriptor % 64;
  return true;
}

bool zmalloc_files_can_be_renewed(void) {
  uint64_t now[descriptor_limit / 64];
  zmalloc_open_descriptors(now, descriptor_limit / 64);
  memset(readers, 0, sizeof readers);
  for (int i = 0; i < descriptor_limit; i++) {
    if (has(zmalloc_open_ones, i) && !has(now, i)) return false;
    if (has(now, i) && !can_be_renewed(i, now)) return false;
  }
  zmalloc_note_offsets();
  // Tried once here, so that no copy finds that it cannot.
  return zmalloc_renew_files();
}

bool zmalloc_renew_files(void) {
  for (int i = 0; i < descriptor_limit; i++)
    if (has(readers, i) && !reopen_as_is(i)) return false;
  return true;
}
#endif
