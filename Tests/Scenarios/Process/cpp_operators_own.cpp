// A program with operators of its own: they are called, for arrays, by aligned and quiet ones too,
// and what they give back is theirs to choose.
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include "../scenario.h"

static long given, taken;

void *operator new(size_t size) {
  given++;
  void *block = malloc(size);
  if (!block) throw std::bad_alloc();
  return block;
}

void operator delete(void *block) noexcept {
  taken++;
  free(block);
}

void operator delete(void *block, size_t) noexcept { operator delete(block); }

int main() {
  delete[] static_cast<char *>(hidden(new char[10]));
  delete static_cast<int *>(hidden(new (std::nothrow) int));
  // By libc's function, which is what they stand on.
  free(hidden(operator new(20)));
  std::vector<std::string> texts(10, std::string(100, 'x'));
  texts.clear();
  texts.shrink_to_fit();
  operator delete[](hidden(operator new[](30)), size_t(30));
  // The defaults of these stand on no other.
  operator delete(hidden(operator new(40, std::align_val_t{64})), std::align_val_t{64});
  std::printf("given %ld, taken %ld\n", given, taken);
}
