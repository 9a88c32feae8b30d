// A global points into the middle of a block of 100 bytes.
#include "../scenario.h"

static char *middle;

static void work(void) { middle = (char *)ALLOC(100) + 99; }

int main(void) { lose(work); }
