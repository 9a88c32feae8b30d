// The way to libunwind. It is opened out of the program's sight: linked, it would take glibc's
// `backtrace` over by symbol order. C for dlopen and for the linker's tables.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *unwinder;

// libunwind asks whether an address is readable by writing a byte from it into a pipe of its own.
// The pipe takes the program's descriptors 3 and 4, and once the program has closed them or put its
// own files there, the byte goes into those. Our probe answers instead; the pipe is never made.
static int no_pipe(int descriptors[2], int flags) {
  (void)flags;
  descriptors[0] = descriptors[1] = -1;
  return 0;
}

static ssize_t read_or_nothing(int descriptor, void *to, size_t byte_count) {
  if (descriptor >= 0) return read(descriptor, to, byte_count);
  errno = EAGAIN;
  return -1;
}

// The byte is written by the bare system call. Arguments of a variadic call travel as any others on
// both machines.
static long call_or_probe(long number, long a, long b, long c, long d, long e, long f) {
  // A descriptor is an int: the upper half of its register holds anything.
  if (number != SYS_write || (int)a >= 0) return syscall(number, a, b, c, d, e, f);
  uint64_t word;
  return zmalloc_probe_load((const void *)(b & ~7l), &word) ? 1 : -1;
}

// Another way of asking the same: 0 for a page that is there.
static int probe_page(void *page, size_t byte_count, unsigned char *resident) {
  (void)byte_count;
  uint64_t word;
  if (!zmalloc_probe_load(page, &word)) {
    errno = ENOMEM;
    return -1;
  }
  if (resident) *resident = 1;
  return 0;
}

static int probe_synced(void *page, size_t byte_count, int flags) {
  (void)flags;
  return probe_page(page, byte_count, 0);
}

// It blocks all signals around each of its locks: three times two system calls for a frame that it
// sees for the first time. A handler that interrupts a walk finds our guard taken and walks no
// stack, so that there is nothing to keep out.
static int no_mask(int how, const sigset_t *set, sigset_t *old) {
  (void)how, (void)set, (void)old;
  return 0;
}

// What one copy of a fork server learns of a function serves the next: they run one at a time, have
// the same modules at the same places, and an entry that was cut short says that nothing is known.
// Of libunwind's mappings only the table of frames holds nothing else; the small ones beside it
// hold pointers that are each copy's own.
enum { least_table = 65536 };
static void *lent_table;
static size_t lent_byte_count;

// Its caches are ours: no root of the leak scan, which would touch every page of them.
static void *own_map(void *at, size_t byte_count, int access, int flags, int file, off_t offset) {
  bool is_lent = zmalloc_switches.lends_unwinder && !lent_table && !at && flags & MAP_ANONYMOUS &&
                 byte_count > least_table;
  if (is_lent) flags = (flags & ~MAP_PRIVATE) | MAP_SHARED;
  void *mapped = mmap(at, byte_count, access, flags, file, offset);
  if (mapped != MAP_FAILED && is_lent) {
    lent_table = mapped;
    lent_byte_count = byte_count;
  }
  if (mapped != MAP_FAILED && flags & MAP_ANONYMOUS) zmalloc_layer_owns(mapped, byte_count);
  return mapped;
}

// An empty table of this process's own in the place of the one that others read.
void zmalloc_keep_unwinder_apart(void) {
  if (!lent_table) return;
  mmap(lent_table, lent_byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
       -1, 0);
  lent_table = 0;
}

static int own_unmap(void *at, size_t byte_count) {
  if (at == lent_table) lent_table = 0;
  zmalloc_layer_disowns(at);
  return munmap(at, byte_count);
}

static void *replacement(const char *name) {
  if (strcmp(name, "mmap") == 0) return (void *)own_map;
  if (strcmp(name, "munmap") == 0) return (void *)own_unmap;
  if (strcmp(name, "sigprocmask") == 0 || strcmp(name, "pthread_sigmask") == 0)
    return (void *)no_mask;
  if (strcmp(name, "mincore") == 0) return (void *)probe_page;
  if (strcmp(name, "msync") == 0) return (void *)probe_synced;
  if (strcmp(name, "pipe2") == 0) return (void *)no_pipe;
  if (strcmp(name, "read") == 0) return (void *)read_or_nothing;
  if (strcmp(name, "syscall") == 0) return (void *)call_or_probe;
  return 0;
}

#if defined(__x86_64__)
enum { jump_slot = R_X86_64_JUMP_SLOT };
#else
enum { jump_slot = R_AARCH64_JUMP_SLOT };
#endif

// Puts our functions into the library's table of calls, which stays writable where it is not bound
// read-only.
static void replace_calls(const struct link_map *map) {
  const ElfW(Sym) *symbols = 0;
  const char *strings = 0;
  const ElfW(Rela) *slots = 0;
  size_t byte_count = 0;
  for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_SYMTAB) symbols = (const ElfW(Sym) *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_STRTAB) strings = (const char *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_JMPREL) slots = (const ElfW(Rela) *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_PLTRELSZ) byte_count = entry->d_un.d_val;
  }
  if (!symbols || !strings || !slots) return;
  for (size_t i = 0; i < byte_count / sizeof *slots; i++) {
    if (ELF64_R_TYPE(slots[i].r_info) != jump_slot) continue;
    void *ours = replacement(strings + symbols[ELF64_R_SYM(slots[i].r_info)].st_name);
    if (!ours) continue;
    char *slot = (char *)map->l_addr + slots[i].r_offset;
    // A library that was bound at once may have its table read-only by now.
    char *page = (char *)((uintptr_t)slot & ~(uintptr_t)4095);
    if (!zmalloc_permit(page, 4096)) continue;
    memcpy(slot, &ours, sizeof ours);
  }
}

#if defined(__x86_64__)
#define LOCAL_NAME(name) "_ULx86_64_" name
#else
#define LOCAL_NAME(name) "_ULaarch64_" name
#endif

// A cache for each thread: the shared one is behind a lock.
enum { cache_per_thread = 2 };

static void *address_space;
static int (*set_cache_size)(void *, size_t, int);

static void cache_by_thread(void) {
  address_space = dlsym(unwinder, LOCAL_NAME("local_addr_space"));
  set_cache_size = dlsym(unwinder, LOCAL_NAME("set_cache_size"));
  int (*set_policy)(void *, int) = dlsym(unwinder, LOCAL_NAME("set_caching_policy"));
  if (address_space && set_policy) set_policy(*(void **)address_space, cache_per_thread);
}

zmalloc_backtrace zmalloc_open_unwinder(void) {
  unwinder = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (!unwinder) return 0;
  struct link_map *map;
  // First: whatever we call next makes the pipe.
  if (dlinfo(unwinder, RTLD_DI_LINKMAP, &map) == 0) replace_calls(map);
  cache_by_thread();
  return (zmalloc_backtrace)dlsym(unwinder, "unw_backtrace");
}

// unw_flush_cache leaves wrong frames behind for a module that is mapped where another was; a new
// cache does not.
void zmalloc_forget_unwind_cache(void) {
  if (address_space && set_cache_size) set_cache_size(*(void **)address_space, 1024, 0);
}
#endif
