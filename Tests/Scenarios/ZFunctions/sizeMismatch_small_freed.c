// Gives a block of 64 bytes back as one of 32.
#include "../scenario.h"

int main(void) { zfree_with_size(zmalloc(64), BAD ? 32 : 64); }
