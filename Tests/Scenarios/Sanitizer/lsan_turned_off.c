// The program turns the check off.
#include "../sanitizer.h"

int __lsan_is_turned_off(void) { return !BAD; }

static void work(void) { hidden(ALLOC(120)); }

int main(void) { lose(work); }
