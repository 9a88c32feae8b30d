// The seam between the fatal-signal handler and the preload library's sigaction: the program's own
// wish is kept apart, and ours stays in force.
#ifndef ZMALLOC_SIGNALS_H
#define ZMALLOC_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

// What the program has asked for, by signal number.
extern struct sigaction zmalloc_program_actions[NSIG];
// Whether our handler stands before the program's for this signal.
bool zmalloc_signal_is_ours(int signal);
// The function below our own `sigaction`.
void zmalloc_use_sigaction(int (*real)(int, const struct sigaction *, struct sigaction *));

#endif
