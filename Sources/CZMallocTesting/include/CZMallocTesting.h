// What tests need and Swift cannot say: fork, which Swift's module map forbids, and a strong
// function for the layer's options, which has to have a C name before main.
#ifndef CZMALLOC_TESTING_H
#define CZMALLOC_TESTING_H

#include <stdbool.h>
#include <sys/types.h>

// A copy of this process with the calling thread alone: 0 in it, its id here, -1 on failure.
pid_t zmalloc_testing_fork(void);
// In the copy: a process group of its own, no signal blocked, fatal ones at their defaults,
// standard output and error to a file, and the end by SIGALRM after so many seconds, whatever
// happens.
void zmalloc_testing_settle(int output, unsigned seconds);
// Ends the process at once: no exit handler runs, and nothing is flushed.
_Noreturn void zmalloc_testing_leave(int status);

#endif
