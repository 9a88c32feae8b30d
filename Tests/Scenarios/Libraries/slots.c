// A library with a global and a thread-local for other programs' pointers.

void *global_slot;
static __thread void *local;

void **thread_slot(void) { return &local; }
