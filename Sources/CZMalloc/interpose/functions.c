// Functions of other modules by their names, out of the tables that the dynamic linker uses itself
// ("GNU hash": Drepper, "How To Write Shared Libraries", 2011). C for ELF's macros; and not dlsym,
// which allocates and forgets the text that the program got from dlerror.
#include "interpose.h"

#if defined(ZMALLOC_INTERPOSES) && defined(PRELOAD)
#include <link.h>
#include <string.h>

#include "CZMalloc.h"
#include "operators.h"

struct search {
  const char *const *names;
  size_t count;
  void **found;
  bool is_replaced;
};

struct tables {
  const ElfW(Sym) *symbols;
  const char *strings;
  const uint32_t *hash;
};

static uint32_t hash_of(const char *name) {
  uint32_t hash = 5381;
  for (; *name; name++) hash = hash * 33 + (unsigned char)*name;
  return hash;
}

// The kernel's own module holds offsets, all others addresses.
static const void *place(const struct dl_phdr_info *info, uintptr_t value) {
  return (const void *)(value < info->dlpi_addr ? info->dlpi_addr + value : value);
}

static bool read_tables(const struct dl_phdr_info *info, struct tables *tables) {
  *tables = (struct tables){0};
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_SYMTAB) tables->symbols = place(info, entry->d_un.d_ptr);
      if (entry->d_tag == DT_STRTAB) tables->strings = place(info, entry->d_un.d_ptr);
      if (entry->d_tag == DT_GNU_HASH) tables->hash = place(info, entry->d_un.d_ptr);
    }
  }
  return tables->symbols && tables->strings && tables->hash;
}

static const ElfW(Sym) *find(const struct tables *tables, const char *name) {
  const uint32_t *head = tables->hash;
  uint32_t bucket_count = head[0], first = head[1], filter_count = head[2];
  const uint32_t *buckets = head + 4 + filter_count * (sizeof(ElfW(Addr)) / 4);
  const uint32_t *chains = buckets + bucket_count;
  if (bucket_count == 0) return 0;
  uint32_t hash = hash_of(name);
  uint32_t index = buckets[hash % bucket_count];
  if (index < first) return 0;
  for (;; index++) {
    const ElfW(Sym) *symbol = &tables->symbols[index];
    uint32_t other = chains[index - first];
    if ((other | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF &&
        strcmp(tables->strings + symbol->st_name, name) == 0)
      return symbol;
    if (other & 1) return 0;
  }
}

static bool is_ours(const struct dl_phdr_info *info) {
  uintptr_t self = (uintptr_t)&zmalloc_layer_bytes - info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type == PT_LOAD && self - segment->p_vaddr < segment->p_memsz) return true;
  }
  return false;
}

static bool is_cpp_library(const char *path) {
  static const char *const libraries[] = {"libstdc++.so", "libc++.so", "libc++abi.so"};
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
    if (strncmp(name, libraries[i], strlen(libraries[i])) == 0) return true;
  return false;
}

static int visit(struct dl_phdr_info *info, size_t byte_count, void *argument) {
  (void)byte_count;
  struct search *search = argument;
  struct tables tables;
  if (is_ours(info) || !read_tables(info, &tables)) return 0;
  for (size_t i = 0; i < search->count; i++) {
    const ElfW(Sym) *symbol = search->found[i] ? 0 : find(&tables, search->names[i]);
    if (!symbol) continue;
    search->found[i] = (void *)(info->dlpi_addr + symbol->st_value);
    if (!is_cpp_library(info->dlpi_name)) search->is_replaced = true;
  }
  return 0;
}

bool zmalloc_find_functions(const char *const *names, size_t count, void **found) {
  struct search search = {names, count, found, false};
  for (size_t i = 0; i < count; i++) found[i] = 0;
  dl_iterate_phdr(visit, &search);
  return search.is_replaced;
}
#endif
