// Requests from outside: `zleakcheck snapshot` and `mark` ask a running program by a signal, and
// listen on a socket for the answer. See outside_requests.c for why they are C.
#ifndef ZMALLOC_REQUESTS_H
#define ZMALLOC_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// In the signal's handler: a process asks.
void zmalloc_requested(uint32_t requester, void *context);
// At the handler's end: a call of the kernel that it interrupted begins again, also where the
// kernel would have the program see EINTR.
void zmalloc_restart_call(void *context);
// Connects to what a process listens on for a kind of request; -1 where it does not, or where it is
// another user's.
int zmalloc_connect(uint32_t requester, uint32_t kind);
// Sends words, and a descriptor when it is not negative.
bool zmalloc_answer(int socket, const void *bytes, size_t byte_count, int passed);

// Splits off a copy of this process that nobody waits for or hears of: 0 in the copy, its id here,
// negative on failure. The copy keeps the thread id that libc knows.
int zmalloc_split_off(void);
// Collects a copy that has ended; false when it has not.
bool zmalloc_collect(int child);
// In the copy: a name of its own, an end after so many seconds, and no descriptor but two.
void zmalloc_settle_copy(unsigned seconds, int kept, int also_kept);
// Memory that a process and its copies share; 0 where it is not to be had.
void *zmalloc_map_between(size_t byte_count);
// A file in memory alone.
int zmalloc_memory_file(void);
// Who this process is: noted before it splits, and kept in the copy, whose own ids nobody wants to
// know. 0 where none was kept.
void zmalloc_note_identity(void);
void zmalloc_keep_identity(void);
uint32_t zmalloc_kept_process(void);

// Implemented in Swift: who asks, and where the thread stood.
void zmalloc_layer_request(uint32_t requester, const uintptr_t *registers,
                           uintptr_t stack_pointer);
// Marks now; the number of the mark, 0 without a layer.
uint32_t zmalloc_layer_mark(void);

#endif
