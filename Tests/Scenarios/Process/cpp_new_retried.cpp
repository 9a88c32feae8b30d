// operator new(std::nothrow) that fails, a handler that returns, and a block at a later attempt: it
// goes back to the operator delete of its kind, whatever the alignment.
#include <new>

#include "../scenario.h"

static int calls;

// Each pair has functions of its own, so that each is a place of its own to a plan.
template <typename Give, typename Take>
HELPER void attempt(const char *name, size_t alignment, Give give, Take take) {
  calls = 0;
  void *block = give();
  dprintf(1, "%s: %s, the handler %s\n", name, block ? "a block" : "null",
          calls ? "ran" : "did not run");
  if (!block) return;
  CHECK((uintptr_t)block % alignment == 0);
  flip(block, 24);
  take(hidden(block));
}

template <size_t alignment>
static void attempt_aligned(const char *name, const char *array_name) {
  const std::align_val_t places{alignment};
  attempt(name, alignment, [=] { return operator new(24, places, std::nothrow); },
          [=](void *block) { operator delete(block, places); });
  attempt(array_name, alignment, [=] { return operator new[](24, places, std::nothrow); },
          [=](void *block) { operator delete[](block, places); });
}

int main() {
  std::set_new_handler([] { calls++; });
  attempt("new", 8, [] { return operator new(24, std::nothrow); },
          [](void *block) { operator delete(block); });
  attempt("new[]", 8, [] { return operator new[](24, std::nothrow); },
          [](void *block) { operator delete[](block); });
  attempt_aligned<8>("new of 8", "new[] of 8");
  attempt_aligned<16>("new of 16", "new[] of 16");
  attempt_aligned<64>("new of 64", "new[] of 64");
}
