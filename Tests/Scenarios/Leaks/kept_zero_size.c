// A global holds a block of no bytes.
#include "../scenario.h"

static void *kept;

static void work(void) { kept = ALLOC(0); }

int main(void) { lose(work); }
