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

#define UNW_LOCAL_ONLY
#include <libunwind.h>

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

// How a walk goes frame by frame, and where exit and quick_exit stand in libc.
static struct {
  int (*get_context)(unw_context_t *);
  int (*begin)(unw_cursor_t *, unw_context_t *);
  int (*step)(unw_cursor_t *);
  int (*read)(unw_cursor_t *, unw_regnum_t, unw_word_t *);
  uintptr_t exit_start[2], exit_end[2];
} walk;

static void find_exit(const char *name, int index) {
  Dl_info info;
  ElfW(Sym) *symbol = 0;
  void *function = dlsym(RTLD_NEXT, name);
  if (!function || !dladdr1(function, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol) return;
  walk.exit_start[index] = (uintptr_t)function;
  walk.exit_end[index] = (uintptr_t)function + symbol->st_size;
}

// On ARM the header reads the registers itself, and the library has no such function.
#if defined(__x86_64__)
#define GET_CONTEXT(context) (walk.get_context ? walk.get_context(context) : -1)
#else
#define GET_CONTEXT(context) unw_getcontext(context)
#endif

static void find_walk(void) {
  walk.get_context = dlsym(unwinder, "_Ux86_64_getcontext");
  walk.step = dlsym(unwinder, LOCAL_NAME("step"));
  walk.read = dlsym(unwinder, LOCAL_NAME("get_reg"));
  walk.begin = dlsym(unwinder, LOCAL_NAME("init_local"));
}

static bool is_in_exit(unw_word_t pc) {
  for (int i = 0; i < 2; i++)
    if (pc > walk.exit_start[i] && pc <= walk.exit_end[i]) return true;
  return false;
}

#if defined(__x86_64__)
static const unsigned char kept[] = {UNW_X86_64_RBX, UNW_X86_64_RBP, UNW_X86_64_R12,
                                     UNW_X86_64_R13, UNW_X86_64_R14, UNW_X86_64_R15};
#else
static const unsigned char kept[] = {
    UNW_AARCH64_X19, UNW_AARCH64_X20, UNW_AARCH64_X21, UNW_AARCH64_X22,
    UNW_AARCH64_X23, UNW_AARCH64_X24, UNW_AARCH64_X25, UNW_AARCH64_X26,
    UNW_AARCH64_X27, UNW_AARCH64_X28, UNW_AARCH64_X29};
#endif

// Where the last hook stands, while it runs, and whether it does.
static unw_context_t *end_context;
static bool is_last_hook;

// This frame stays as it is while the walk may begin in it.
__attribute__((noinline)) static void work_with_context(void (*work)(void *), void *argument) {
  unw_context_t context;
  if (GET_CONTEXT(&context) == 0) end_context = &context;
  work(argument);
  end_context = 0;
}

void zmalloc_with_context(void (*work)(void *), void *argument) {
  is_last_hook = true;
  if (walk.begin && walk.step && walk.read)
    work_with_context(work, argument);
  else
    work(argument);
  is_last_hook = false;
}

// Without an unwinder: exit's call of what runs the hooks left its return address on the stack, and
// below that stand the registers that the called function keeps.
uintptr_t zmalloc_stack_before_exit(uintptr_t stack_pointer) {
  enum { words_to_exit = 512, kept_words = sizeof kept };
  uint64_t word;
  for (uintptr_t i = kept_words; is_last_hook && i < words_to_exit; i++) {
    uintptr_t at = stack_pointer + i * sizeof word;
    if (zmalloc_probe_load((const void *)at, &word) && is_in_exit(word))
      return at - kept_words * sizeof word;
  }
  return stack_pointer;
}

// exit's own frames are deep, and hold in their gaps what calls before it left there: of them only
// the registers that they keep for the program mean anything.
bool zmalloc_registers_before_exit(uintptr_t registers[16], uintptr_t *stack_pointer) {
  enum { frames_to_exit = 16 };
  unw_cursor_t cursor;
  unw_word_t word;
  if (!end_context || walk.begin(&cursor, end_context) != 0) return false;
  bool is_exit = false;
  for (int frame = 0; frame < frames_to_exit; frame++) {
    if (walk.step(&cursor) <= 0 || walk.read(&cursor, UNW_REG_IP, &word) != 0) return false;
    if (is_exit) break;
    is_exit = is_in_exit(word);
  }
  if (!is_exit || walk.read(&cursor, UNW_REG_SP, &word) != 0) return false;
  *stack_pointer = word;
  for (size_t i = 0; i < sizeof kept; i++)
    registers[i] = walk.read(&cursor, kept[i], &word) == 0 ? word : 0;
  return true;
}

zmalloc_backtrace zmalloc_open_unwinder(void) {
  find_exit("exit", 0);
  find_exit("quick_exit", 1);
  unwinder = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (!unwinder) return 0;
  struct link_map *map;
  // First: whatever we call next makes the pipe.
  if (dlinfo(unwinder, RTLD_DI_LINKMAP, &map) == 0) replace_calls(map);
  cache_by_thread();
  find_walk();
  return (zmalloc_backtrace)dlsym(unwinder, "unw_backtrace");
}

// unw_flush_cache leaves wrong frames behind for a module that is mapped where another was; a new
// cache does not.
void zmalloc_forget_unwind_cache(void) {
  if (address_space && set_cache_size) set_cache_size(*(void **)address_space, 1024, 0);
}
#endif
