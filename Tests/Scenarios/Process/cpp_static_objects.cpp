// Static objects allocate before main and free after it; a static that is never destroyed still
// holds its own.
#include <cstdio>
#include <map>
#include <string>
#include <vector>

struct Registry {
  std::map<int, std::string> names;
  Registry() { for (int i = 0; i < 100; i++) names[i] = std::string(100 + i, 'n'); }
  ~Registry() { names[1000] = std::string(500, 'l'); }
};

static Registry registry;
static std::vector<std::string> &immortal = *new std::vector<std::string>(50, std::string(60, 'i'));
thread_local std::string local(200, 't');

int main() { std::printf("%zu %zu %zu\n", registry.names.size(), immortal.size(), local.size()); }
