// Throws through 200 frames with objects to destroy, through qsort's frames, and out of a failed
// allocation.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

__attribute__((noinline)) static int fall(int depth) {
  auto text = std::make_unique<std::string>(100, 'x');
  std::vector<int> numbers(depth + 1, depth);
  if (depth == 0) throw std::runtime_error("thrown from the bottom of " + *text);
  return fall(depth - 1) + numbers[0];
}

static int compare(const void *, const void *) { throw std::logic_error("thrown through C"); }

int main() {
  int caught = 0;
  for (int round = 0; round < 50; round++) {
    try {
      fall(200);
    } catch (const std::exception &) {
      caught++;
    }
    try {
      int numbers[4] = {4, 3, 2, 1};
      qsort(numbers, 4, sizeof *numbers, compare);
    } catch (const std::logic_error &) {
      caught++;
    }
    try {
      std::vector<char> huge(static_cast<size_t>(-1) / 4);
    } catch (const std::bad_alloc &) {
      caught++;
    }
  }
  std::printf("%d caught\n", caught);
}
