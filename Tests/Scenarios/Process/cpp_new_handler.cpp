// What the standard says of operator new that fails: the handler runs until it gives up, then comes
// std::bad_alloc, or null where nothing may be thrown, whatever the handler itself throws.
#include <cstdio>
#include <new>

#include "../scenario.h"

static int calls;
static const size_t too_much = static_cast<size_t>(-1) / 4;

static void give_up() {
  if (++calls % 3 == 0) std::set_new_handler(nullptr);
}

static void throw_own() { throw std::bad_alloc(); }

template <typename Body>
static void attempt(const char *name, Body body) {
  int before = calls;
  try {
    void *block = body();
    std::printf("%s: %s", name, block ? "a block" : "null");
  } catch (const std::bad_alloc &) {
    std::printf("%s: bad_alloc", name);
  }
  std::printf(" after %d calls\n", calls - before);
}

int main() {
  const std::align_val_t wide{64}, odd{3};
  std::set_new_handler(give_up);
  attempt("new", [] { return operator new(too_much); });
  std::set_new_handler(give_up);
  attempt("new[]", [] { return operator new[](too_much); });
  std::set_new_handler(give_up);
  attempt("new aligned", [=] { return operator new(too_much, wide); });
  attempt("new without a handler", [] { return operator new(too_much); });
  attempt("nothrow without a handler", [] { return operator new(too_much, std::nothrow); });
  std::set_new_handler(throw_own);
  attempt("handler throws", [] { return operator new(too_much); });
  attempt("nothrow, handler throws", [] { return operator new(too_much, std::nothrow); });
  attempt("nothrow[], handler throws", [] { return operator new[](too_much, std::nothrow); });
  attempt("nothrow aligned, handler throws",
          [=] { return operator new(too_much, wide, std::nothrow); });
  std::set_new_handler(nullptr);
  attempt("no alignment", [=] { return operator new(8, odd); });
  attempt("no alignment, nothrow", [=] { return operator new(8, odd, std::nothrow); });
  operator delete(nullptr);
  operator delete[](nullptr, wide);
}
