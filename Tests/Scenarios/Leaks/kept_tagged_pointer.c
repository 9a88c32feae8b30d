// A global holds a pointer to a block with a tag in its lowest bit.
#include "../scenario.h"

static uintptr_t tagged;

static void work(void) { tagged = (uintptr_t)ALLOC(100) | 1; }

int main(void) { lose(work); }
