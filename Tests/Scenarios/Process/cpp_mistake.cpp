// One heap mistake of the matrix with a block of SIZE bytes, in C++: cpp_mistake NAME SIZE.
#include <sys/mman.h>

#include <cstddef>
#include <new>

#include "../scenario.h"

/// Every way to give a block.
static void *give(const char *name, size_t size) {
  const std::align_val_t wide{64};
  if (!strcmp(name, "malloc")) return malloc(size);
  if (!strcmp(name, "new")) return operator new(size);
  if (!strcmp(name, "new[]")) return operator new[](size);
  if (!strcmp(name, "new-nothrow")) return operator new(size, std::nothrow);
  if (!strcmp(name, "new[]-nothrow")) return operator new[](size, std::nothrow);
  if (!strcmp(name, "new-aligned")) return operator new(size, wide);
  if (!strcmp(name, "new[]-aligned")) return operator new[](size, wide);
  if (!strcmp(name, "new-aligned-nothrow")) return operator new(size, wide, std::nothrow);
  if (!strcmp(name, "new[]-aligned-nothrow")) return operator new[](size, wide, std::nothrow);
  CHECK(!"a way to give");
}

/// Every way to take one.
static void take(const char *name, void *block, size_t size) {
  const std::align_val_t wide{64};
  if (!strcmp(name, "free")) return free(block);
  if (!strcmp(name, "realloc")) return free(hidden(realloc(hidden(block), size + 1)));
  if (!strcmp(name, "delete")) return operator delete(block);
  if (!strcmp(name, "delete[]")) return operator delete[](block);
  if (!strcmp(name, "delete-sized")) return operator delete(block, size);
  if (!strcmp(name, "delete[]-sized")) return operator delete[](block, size);
  if (!strcmp(name, "delete-nothrow")) return operator delete(block, std::nothrow);
  if (!strcmp(name, "delete[]-nothrow")) return operator delete[](block, std::nothrow);
  if (!strcmp(name, "delete-aligned")) return operator delete(block, wide);
  if (!strcmp(name, "delete[]-aligned")) return operator delete[](block, wide);
  if (!strcmp(name, "delete-sized-aligned")) return operator delete(block, size, wide);
  if (!strcmp(name, "delete[]-sized-aligned")) return operator delete[](block, size, wide);
  if (!strcmp(name, "delete-aligned-nothrow"))
    return operator delete(block, wide, std::nothrow);
  if (!strcmp(name, "delete[]-aligned-nothrow"))
    return operator delete[](block, wide, std::nothrow);
  CHECK(!"a way to take");
}

/// The way that belongs to a way to give, with its size where it has one.
static const char *right(const char *given) {
  bool is_aligned = strstr(given, "aligned");
  if (!strncmp(given, "new[]", 5)) return is_aligned ? "delete[]-aligned" : "delete[]-sized";
  if (!strncmp(given, "new", 3)) return is_aligned ? "delete-sized-aligned" : "delete-sized";
  return "free";
}

/// Gives a block by one way and takes it by another.
static void mix(const char *given, const char *taken, size_t size) {
  void *block = give(given, size);
  flip(block, size);
  if (strstr(given, "aligned")) CHECK((uintptr_t)block % 64 == 0);
  take(BAD ? taken : right(given), hidden(block), size);
}

/// `write` bytes from `distance` on, in a block of `new char[]`.
static void write_at(size_t size, ptrdiff_t distance, size_t byte_count) {
  char *block = new char[size];
  flip(block, size);
  if (BAD) flip(block + distance, byte_count);
  delete[] block;
}

/// Blocks that fit in no smaller one's place push older ones out of the quarantine.
static void push_out(size_t byte_count) {
  for (size_t done = 0; done < byte_count; done += 20000)
    delete[] static_cast<char *>(hidden(new char[20000]));
}

static void write_stale(size_t size, size_t offset, size_t pushed) {
  char *block = new char[size];
  void *stale = hidden(block);
  if (!BAD) flip(block, size);
  delete[] block;
  if (BAD) flip(static_cast<char *>(stale) + offset, 1);
  dprintf(1, "went on\n");
  push_out(pushed);
  if (pushed) dprintf(1, "pushed out\n");
}

static void twice(size_t size, size_t pushed) {
  char *below = new char[size], *block = new char[size], *above = new char[size];
  void *stale = hidden(block);
  delete[] block;
  push_out(pushed);
  if (BAD) delete[] static_cast<char *>(stale);
  delete[] below;
  delete[] above;
}

/// Waits until the address of a freed block is another's, which the stale pointer frees first.
static void twice_reused(size_t size) {
  enum { limit = 1000 };
  static char *others[limit];
  char *below = new char[size], *block = new char[size], *above = new char[size];
  void *stale = hidden(block);
  delete[] block;
  push_out(4 << 20);
  int count = 0;
  while (count < limit && (others[count++] = new char[size]) != stale) continue;
  char *owned = others[--count];
  CHECK(owned == stale);
  while (count > 0) delete[] others[--count];
  delete[] below;
  delete[] above;
  if (BAD) delete[] static_cast<char *>(stale);
  delete[] owned;
}

static void inside(size_t size) {
  char *block = new char[size];
  if (BAD) delete[] static_cast<char *>(hidden(block + (size > 1 ? size / 2 : 1)));
  delete[] block;
}

/// Deletes `pointer`, or a block where all is well.
static void delete_other(void *pointer, size_t size) {
  char *block = new char[size];
  if (BAD) delete[] static_cast<char *>(hidden(pointer));
  delete[] block;
}

static void of_stack(size_t size) {
  alignas(16) unsigned char local[512];
  flip(local, sizeof local);
  delete_other(local, size);
}

static void of_global(size_t size) {
  alignas(16) static unsigned char global[512];
  delete_other(global, size);
}

static void of_mapping(size_t size) {
  void *pages = mmap(nullptr, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  delete_other(pages, size);
  munmap(pages, size + 1);
}

static void of_nobody(size_t size) {
  delete_other(reinterpret_cast<void *>(0x123456780000 + size * 16), size);
}

static void near_null(size_t size) { delete_other(reinterpret_cast<void *>(size), size); }

static void wrong_size(const char *given, const char *taken, size_t size) {
  void *block = give(given, size);
  take(taken, block, BAD ? size + 1 : size);
}

static const struct {
  const char *name;
  void (*make)(size_t);
} mistakes[] = {
    {"past-1", [](size_t size) { write_at(size, size, 1); }},
    {"past-8", [](size_t size) { write_at(size, size, 8); }},
    {"before-1", [](size_t size) { write_at(size, -1, 1); }},
    {"before-8", [](size_t size) { write_at(size, -8, 8); }},
    {"stale-now", [](size_t size) { write_stale(size, size / 2, 0); }},
    {"stale-leaves", [](size_t size) { write_stale(size, 0, 32 << 20); }},
    {"stale-end", [](size_t size) { write_stale(size, 0, 0); }},
    {"twice-now", [](size_t size) { twice(size, 0); }},
    {"twice-released", [](size_t size) { twice(size, 4 << 20); }},
    {"twice-reused", twice_reused},
    {"inside", inside},
    {"of-stack", of_stack},
    {"of-global", of_global},
    {"of-mapping", of_mapping},
    {"of-nobody", of_nobody},
    {"near-null", near_null},
    {"wrong-size", [](size_t size) { wrong_size("new", "delete-sized", size); }},
};

int main(int count, char **values) {
  CHECK(count == 3);
  size_t size = argument(count, values, 2, 24);
  if (char *slash = strchr(values[1], '/')) {
    // GIVEN/TAKEN
    *slash = 0;
    mix(values[1], slash + 1, size);
    return 0;
  }
  for (auto &mistake : mistakes) {
    if (strcmp(mistake.name, values[1]) != 0) continue;
    mistake.make(size);
    return 0;
  }
  CHECK(!"a mistake of the list");
}
