// What the contract forbids and still says something about: a wrong size to the sized free.
#include "contract.h"

// The debug library stops here; in production the account is wrong by the difference, and the heap
// may be: the header says so.
static void misuse_wrong_size(void) {
  void *block = zmalloc(64);
  say("before");
  zfree_with_size(block, hidden(32));
  say("after");
}

// The request is not the usable size, where they differ.
static void misuse_request_size(void) {
  size_t usable = 0;
  void *block = zmalloc_usable(64, &usable);
  say("before");
  zfree_with_size(block, usable + 16);
  say("after");
}

const struct contract_case misuse_cases[] = {{"misuse_wrong_size", misuse_wrong_size},
                                             {"misuse_request_size", misuse_request_size},
                                             {NULL, NULL}};
