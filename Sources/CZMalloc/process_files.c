// Files, mappings and registers. See zmalloc_process.h for why they are C.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

// A high number, so that the program's own descriptors are numbered as they would be without us.
int zmalloc_move_up(int descriptor) {
  if (descriptor < 0) return -1;
  struct rlimit limit = {1024, 1024};
  getrlimit(RLIMIT_NOFILE, &limit);
  int least = limit.rlim_cur > 1024 ? 1000 : (int)limit.rlim_cur - 8;
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, least > 3 ? least : 3);
  if (moved < 0) return descriptor;
  close(descriptor);
  return moved;
}

int zmalloc_open_directory(const char *path) {
  return zmalloc_move_up(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

// In a forked child the folder is its parent's, and is forgotten.
static int process_folder = -1;

void zmalloc_keep_process_folder(void) { process_folder = zmalloc_open_directory("/proc/self"); }

void zmalloc_forget_process_folder(void) { process_folder = -1; }

static int open_process_file(const char *name) {
  char path[32] = "/proc/self/";
  memcpy(path + 11, name, strlen(name) + 1);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0 || process_folder < 0) return descriptor;
  return openat(process_folder, name, O_RDONLY | O_CLOEXEC);
}

int zmalloc_open_maps(void) { return open_process_file("maps"); }
// linux/fs.h of Linux 6.11; older headers lack it.
struct map_query {
  uint64_t byte_count, wanted, address;
  uint64_t start, end, flags, page_size, offset, inode;
  uint32_t device_major, device_minor, name_capacity, id_capacity;
  uint64_t name, id;
};
enum { query_writable = 2, query_shared = 8, query_covering_or_next = 16 };
#define MAP_QUERY _IOWR('f', 17, struct map_query)

uint32_t zmalloc_map_query_request(void) { return MAP_QUERY; }

// The first mapping from an address on that may be written to by more than this process.
int zmalloc_query_shared(int maps, uintptr_t from, struct zmalloc_map *map) {
  struct map_query query = {.byte_count = sizeof query,
                            .wanted = query_covering_or_next | query_writable | query_shared,
                            .address = from};
  int saved = errno;
  int code = ioctl(maps, MAP_QUERY, &query) == 0 ? 1 : errno == ENOENT ? 0 : -1;
  *map = (struct zmalloc_map){query.start, query.end, (uint32_t)query.flags, false, false};
  errno = saved;
  return code;
}

int zmalloc_query_map(int maps, uintptr_t from, bool is_written, struct zmalloc_map *map) {
  char name[16] = "";
  struct map_query query = {.byte_count = sizeof query,
                            .wanted = query_covering_or_next | (is_written ? query_writable : 0),
                            .address = from};
  int saved = errno;
  int code = ioctl(maps, MAP_QUERY, &query) == 0 ? 1 : errno == ENOENT ? 0 : -1;
  if (code == 1) {
    bool is_anonymous = query.inode == 0 && query.device_major == 0 && query.device_minor == 0;
    *map = (struct zmalloc_map){query.start, query.end, (uint32_t)query.flags, is_anonymous, false};
    // The heap ends at the break; its name says that it begins before.
    if (is_anonymous && query.start < (uintptr_t)sbrk(0)) {
      query.address = query.start;
      query.name = (uintptr_t)name;
      query.name_capacity = sizeof name;
      map->is_heap = ioctl(maps, MAP_QUERY, &query) == 0 && strcmp(name, "[heap]") == 0;
    }
  }
  errno = saved;
  return code;
}

int zmalloc_open_pagemap(void) { return open_process_file("pagemap"); }
int zmalloc_open_tasks(void) { return open_process_file("task"); }

bool zmalloc_read_at(int descriptor, void *to, size_t byte_count, uint64_t offset) {
  return pread(descriptor, to, byte_count, (off_t)offset) == (ssize_t)byte_count;
}

int zmalloc_create_at(int directory, const char *name) {
  return openat(directory < 0 ? AT_FDCWD : directory, name,
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

bool zmalloc_rename_at(int from_directory, const char *from, int to_directory, const char *to) {
  return renameat(from_directory < 0 ? AT_FDCWD : from_directory, from,
                  to_directory < 0 ? AT_FDCWD : to_directory, to) == 0;
}

void zmalloc_unlink_at(int directory, const char *name) {
  unlinkat(directory < 0 ? AT_FDCWD : directory, name, 0);
}

bool zmalloc_write_at(int descriptor, const void *bytes, size_t byte_count, uint64_t offset) {
  return pwrite(descriptor, bytes, byte_count, (off_t)offset) == (ssize_t)byte_count;
}

ptrdiff_t zmalloc_read_link(const char *path, char *to, size_t capacity) {
  return readlink(path, to, capacity);
}

ptrdiff_t zmalloc_working_directory(char *to, size_t capacity) {
  long got = syscall(SYS_getcwd, to, capacity);
  return got > 0 ? got - 1 : -1;
}

bool zmalloc_identity(int descriptor, uint64_t *device, uint64_t *inode) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return false;
  *device = status.st_dev;
  *inode = status.st_ino;
  return true;
}

const char *zmalloc_error_text(int code) {
  const char *text = strerrordesc_np(code);
  return text ? text : "unknown error";
}

int zmalloc_interrupted_code(void) { return EINTR; }
int zmalloc_name_too_long_code(void) { return ENAMETOOLONG; }

uint64_t zmalloc_block_signals(void) {
  uint64_t all = ~0ull, old = 0;
  // The faults of the recorder itself still have to reach the handler.
  all &= ~((1ull << (SIGSEGV - 1)) | (1ull << (SIGBUS - 1)));
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, sizeof all);
  return old;
}

void zmalloc_restore_signals(uint64_t mask) {
  // A write past the limit of file sizes leaves a signal behind that is for us.
  uint64_t too_large = 1ull << (SIGXFSZ - 1);
  struct timespec none = {0};
  if (!(mask & too_large)) syscall(SYS_rt_sigtimedwait, &too_large, 0, &none, sizeof too_large);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, sizeof mask);
}

static size_t thread_control_size = 2304;

size_t zmalloc_thread_control_size(void) { return thread_control_size; }

// setjmp would hide some registers behind glibc's pointer guard, so they are stored one by one.
__attribute__((noinline)) void zmalloc_with_registers(zmalloc_register_visitor visit,
                                                      void *context) {
  uintptr_t registers[16] = {0};
#if defined(__x86_64__)
  __asm__ volatile(
      "movq %%rbx, 0(%0)\n movq %%rbp, 8(%0)\n movq %%r12, 16(%0)\n"
      "movq %%r13, 24(%0)\n movq %%r14, 32(%0)\n movq %%r15, 40(%0)\n" ::"r"(registers)
      : "memory");
#elif defined(__aarch64__)
  __asm__ volatile(
      "stp x19, x20, [%0, 0]\n stp x21, x22, [%0, 16]\n stp x23, x24, [%0, 32]\n"
      "stp x25, x26, [%0, 48]\n stp x27, x28, [%0, 64]\n str x29, [%0, 80]\n" ::"r"(registers)
      : "memory");
#endif
  visit(registers, 16, (uintptr_t)__builtin_frame_address(0), context);
}

void zmalloc_append_number(char *string, uint32_t number) {
  char digits[12], *at = string + strlen(string);
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count) *at++ = digits[--count];
  *at = 0;
}

// Reads /proc/self/task/ID/NAME; returns the bytes read, 0 when there are none. A copy that records
// has the threads of its parent.
static size_t read_of_thread(uint32_t kernel_id, const char *name, char *to, size_t capacity) {
  char path[64] = "/proc/self/task/";
  if (zmalloc_kept_process() != 0) {
    strcpy(path, "/proc/");
    zmalloc_append_number(path, zmalloc_kept_process());
    strcat(path, "/task/");
  }
  zmalloc_append_number(path, kernel_id);
  strcat(path, name);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t got = read(descriptor, to, capacity);
  close(descriptor);
  return got > 0 ? (size_t)got : 0;
}

void zmalloc_read_thread_name(uint32_t kernel_id, char *name) {
  memset(name, 0, 16);
  size_t got = read_of_thread(kernel_id, "/comm", name, 15);
  if (got > 0 && name[got - 1] == '\n') name[got - 1] = 0;
}

char zmalloc_thread_activity(uint32_t kernel_id) {
  char line[128];
  size_t got = read_of_thread(kernel_id, "/stat", line, sizeof line);
  // `id (name) state …`: the name may hold anything, its end is the last parenthesis.
  while (got > 2 && line[got - 1] != ')') got--;
  return got <= 2 || got + 1 >= sizeof line ? 0 : line[got + 1];
}

void zmalloc_flush_streams(void) { fflush(0); }

static size_t (*usable_size_below)(void *);

#ifdef PRELOAD
void zmalloc_find_clock(void);
#endif

// All that is looked up is looked up at the start: a dlsym in the middle of the program would end
// the life of the text that its last dlerror gave it.
void zmalloc_find_below(void) {
#ifdef PRELOAD
  zmalloc_find_clock();
#endif
  // libpthread tells debuggers the size of its control block; the number above is glibc 2.36's own.
  const uint32_t *told = dlsym(RTLD_DEFAULT, "_thread_db_sizeof_pthread");
  if (told) thread_control_size = *told;
  usable_size_below = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
}

size_t zmalloc_below_usable_size(void *pointer) {
#if defined(PREFIX) && !defined(PRELOAD)
  // While the layer is off our blocks have headers, which libc would take for its own.
  size_t usable;
  if (zmalloc_has_header(pointer, &usable)) return usable;
#endif
  if (!usable_size_below) zmalloc_find_below();
  return usable_size_below ? usable_size_below(pointer) : 0;
}
#endif
