// What the contract forbids and still says something about: a wrong size to the sized free.
#include "contract.h"

// How far used memory is from what it would be, before and after more work: the program goes on.
static void say_what_is_left(void *kept) {
  say("after, wrong by %lld", counted() - (long long)zmalloc_size(kept));
  for (size_t size = 0; size < 2000; size++) {
    void *block = zmalloc(hidden(size));
    memset(block, 1, size);
    zfree(block);
  }
  say("at the end by %lld", counted() - (long long)zmalloc_size(kept));
}

// The debug library stops here; in production used memory is wrong by the difference, and the heap
// may be, where the allocator below believes the size: the header says so.
static void misuse_wrong_size(void) {
  void *kept = zmalloc(1000), *block = zmalloc(64);
  say("before");
  zfree_with_size(block, hidden(32));
  say_what_is_left(kept);
}

// The request is not the usable size, where they differ.
static void misuse_request_size(void) {
  size_t usable = 0;
  void *kept = zmalloc(1000), *block = zmalloc_usable(64, &usable);
  say("before");
  zfree_with_size(block, usable + 16);
  say_what_is_left(kept);
}

const struct contract_case misuse_cases[] = {{"misuse_wrong_size", misuse_wrong_size},
                                             {"misuse_request_size", misuse_request_size},
                                             {NULL, NULL}};
