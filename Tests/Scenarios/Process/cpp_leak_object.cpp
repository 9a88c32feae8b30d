// Loses an object that holds a vector of three strings: one root with four blocks under it.
#include <string>
#include <vector>

#include "../scenario.h"

namespace shop {
struct Order {
  std::vector<std::string> lines;
  virtual ~Order() = default;
};
}  // namespace shop

static void work() {
  auto *order = new shop::Order;
  order->lines.reserve(3);
  for (int i = 0; i < 3; i++) order->lines.emplace_back(100 + i, 'x');
  if (!BAD) delete order;
}

int main() { lose(work); }
