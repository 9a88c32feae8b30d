// A global holds a pointer to a block with a tag in its highest byte, where Swift puts the case of
// an enum: Foundation's Data does it.
#include "../scenario.h"

static uintptr_t tagged;

static void work(void) { tagged = (uintptr_t)ALLOC(100) | (uintptr_t)0x40 << 56; }

int main(void) { lose(work); }
