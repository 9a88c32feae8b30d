// The modules of the process and their thread-locals. C, because the dynamic linker gives structs
// and ELF macros.
#include "CZMalloc.h"

#ifdef DEBUG_LAYER
#include <link.h>
#include <sys/mman.h>

struct visit {
  zmalloc_module_visitor visitor;
  void *context;
  uint32_t index;
};

static void read_notes(struct zmalloc_module *module, uintptr_t at, size_t byte_count) {
  uintptr_t end = at + byte_count;
  while (at + sizeof(ElfW(Nhdr)) <= end) {
    const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)at;
    uintptr_t name = at + sizeof *note;
    uintptr_t body = name + ((note->n_namesz + 3u) & ~3u);
    if (body + note->n_descsz > end) return;
    if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
        memcmp((const void *)name, "GNU", 4) == 0) {
      module->build_id = (const unsigned char *)body;
      module->build_id_size = note->n_descsz;
      return;
    }
    at = body + ((note->n_descsz + 3u) & ~3u);
  }
}

static void read_segment(struct zmalloc_module *module, const ElfW(Phdr) *segment) {
  uintptr_t start = module->bias + segment->p_vaddr, end = start + segment->p_memsz;
  if (segment->p_type == PT_NOTE) read_notes(module, start, segment->p_memsz);
  if (segment->p_type == PT_TLS) module->tls_size = segment->p_memsz;
  if (segment->p_type != PT_LOAD) return;
  if (start < module->start) module->start = start;
  if (end > module->end) module->end = end;
  if (segment->p_flags & PF_W && module->segment_count < 8) {
    module->segment_start[module->segment_count] = start;
    module->segment_end[module->segment_count++] = end;
  }
}

// What the dynamic linker wrote and made read-only before any code of the module ran is no root: a
// third of the data of C++ libraries.
static void leave_out(struct zmalloc_module *module, const ElfW(Phdr) *relro) {
  uintptr_t start = module->bias + relro->p_vaddr;
  uintptr_t end = (start + relro->p_memsz) & ~(uintptr_t)4095;
  for (uint32_t i = 0; i < module->segment_count; i++)
    if (module->segment_start[i] >= start && module->segment_start[i] < end)
      module->segment_start[i] = end;
}

static int visit_one(struct dl_phdr_info *info, size_t byte_count, void *argument) {
  struct visit *visit = argument;
  struct zmalloc_module module = {.bias = info->dlpi_addr, .start = UINTPTR_MAX};
  if (byte_count >= sizeof *info) module.tls_module = info->dlpi_tls_modid;
  module.path = info->dlpi_name;
  module.is_program = visit->index++ == 0;
  for (int i = 0; i < info->dlpi_phnum; i++) read_segment(&module, &info->dlpi_phdr[i]);
  if (module.start == UINTPTR_MAX) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO) leave_out(&module, &info->dlpi_phdr[i]);
  uintptr_t self = (uintptr_t)&zmalloc_layer_bytes;
  module.is_layer = self >= module.start && self < module.end;
  return visit->visitor(&module, visit->context) ? 0 : 1;
}

// The modules as they were in the server, for its copies: their headers stand on pages of the
// files, each of which a copy would have to ask for.
enum { kept_limit = 64 };
static struct zmalloc_module kept_modules[kept_limit];
static uint32_t kept_count;
static unsigned long long kept_changes;

static int count_changes(struct dl_phdr_info *info, size_t byte_count, void *argument) {
  if (byte_count < sizeof *info) return 1;
  *(unsigned long long *)argument = info->dlpi_adds + info->dlpi_subs;
  return 1;
}

static unsigned long long changes(void) {
  unsigned long long count = 0;
  dl_iterate_phdr(count_changes, &count);
  return count;
}

static bool keep_module(const struct zmalloc_module *module, void *is_full) {
  if (kept_count < kept_limit)
    kept_modules[kept_count++] = *module;
  else
    *(bool *)is_full = true;
  return true;
}

void zmalloc_keep_modules(void) {
  bool is_full = false;
  kept_count = 0;
  zmalloc_visit_modules(keep_module, &is_full);
  if (is_full) kept_count = 0;
  kept_changes = changes();
}

// fork leaves out the page tables of a mapping of which the process has no page of its own, so that
// a copy faults for each page of code that it comes to: a quarter of a short copy's faults. After
// one byte was written, the same as before, the tables are copied, which costs a tenth of that.
static int own_one_page(struct dl_phdr_info *info, size_t byte_count, void *argument) {
  (void)byte_count, (void)argument;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
    uintptr_t start = (info->dlpi_addr + segment->p_vaddr) & ~(uintptr_t)4095;
    uintptr_t end = info->dlpi_addr + segment->p_vaddr + segment->p_memsz;
    int access = PROT_READ | PROT_EXEC;
    if (mprotect((void *)start, end - start, access | PROT_WRITE) != 0) continue;
    volatile char *byte = (volatile char *)start;
    *byte = *byte;
    mprotect((void *)start, end - start, access);
  }
  return 0;
}

void zmalloc_inherit_code(void) {
  static bool is_done;
  if (!is_done) dl_iterate_phdr(own_one_page, 0);
  is_done = true;
}

static bool visit_kept(zmalloc_module_visitor visitor, void *context) {
  if (kept_count == 0 || visitor == keep_module || changes() != kept_changes) return false;
  for (uint32_t i = 0; i < kept_count && visitor(&kept_modules[i], context); i++) {
  }
  return true;
}

void zmalloc_visit_modules(zmalloc_module_visitor visitor, void *context) {
  if (visit_kept(visitor, context)) return;
  struct visit visit = {visitor, context, 0};
  dl_iterate_phdr(visit_one, &visit);
}

const uintptr_t *zmalloc_segment_starts(const struct zmalloc_module *module) {
  return module->segment_start;
}
const uintptr_t *zmalloc_segment_ends(const struct zmalloc_module *module) {
  return module->segment_end;
}

// glibc's vector: entry 0 holds its generation, the entry before it how many follow; an entry is
// two words, the block and what to free. A block that was never touched is marked by all ones.
uintptr_t zmalloc_thread_local_block(uintptr_t thread_pointer, size_t module) {
#if defined(__x86_64__)
  uintptr_t slot = thread_pointer + 8;
#else
  uintptr_t slot = thread_pointer;
#endif
  uint64_t vector, count, block;
  if (module == 0 || !zmalloc_probe_load((const void *)slot, &vector) || !vector) return 0;
  if (!zmalloc_probe_load((const void *)(uintptr_t)(vector - 16), &count)) return 0;
  if (module > count) return 0;
  if (!zmalloc_probe_load((const void *)(uintptr_t)(vector + 16 * module), &block)) return 0;
  return block == UINT64_MAX ? 0 : (uintptr_t)block;
}
#endif
