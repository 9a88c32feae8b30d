// Allocates five times with new; a failure is an exception, and the program says which one failed.
#include <cstdio>
#include <memory>
#include <new>

#include "../scenario.h"

int main() {
  for (int i = 1; i <= 5; i++) {
    try {
      std::unique_ptr<char[]> block(new char[100]);
      block[0] = 1;
    } catch (const std::bad_alloc &) {
      dprintf(1, "%d: bad_alloc\n", i);
    }
  }
  delete[] new (std::nothrow) char[10];
}
