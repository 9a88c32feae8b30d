// Calls of Linux that the Glibc module map of Swift leaves out (they want _GNU_SOURCE) or that are
// macros and variadic calls. Each can go when the module map has it.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

// A file without a name, close-on-exec; -1 on failure.
int clinux_memory_file(const char *name);
// A descriptor that becomes readable when the process ends; -1 on failure.
int clinux_process_descriptor(pid_t process);
// Programs that this process starts find their memory at the same addresses each time.
bool clinux_pin_addresses(void);
// Orphans of the programs that this process starts become its children.
bool clinux_adopt_orphans(void);

// How many processors this process may use; to be asked before any thread is bound to one. 0 where
// the kernel does not tell.
int clinux_processor_count(void);
// Binds a process, or the calling thread (0), to one of those, counted from 0; -1 for all of them.
// The programs that a bound thread starts are not bound.
void clinux_bind(pid_t process, int number);

// What a program is started with. `lent[i]` becomes descriptor `lent_as[i]` of it.
struct clinux_start_request {
  const char *path;
  char *const *arguments;
  char *const *environment;
  const char *folder;
  int standard_input, standard_output, standard_error;
  int lent[2], lent_as[2];
};
// Starts a program in a session of its own, signals at their defaults and none blocked. 0, or
// errno.
int clinux_start(const struct clinux_start_request *start, pid_t *process);

// Writes a word that other processes have mapped too, and wakes who sleeps until it changes.
void clinux_say(uint32_t *shared, uint32_t value);

// No file that this child writes grows larger.
void clinux_limit_files(pid_t process, uint64_t byte_count);

// A pair of connected sockets that keep the bounds of messages, close-on-exec.
bool clinux_socket_pair(int ends[2]);
// A socket of that kind, not connected, in the network that another process sees; -1 on failure, as
// where that is another one than ours and the caller is not root.
int clinux_socket_beside(pid_t process);
// Sends a message, and a descriptor with it unless that is -1.
bool clinux_send(int socket, const void *bytes, size_t byte_count, int passed);

// Waits for a child without blocking: its id and wait status, 0 when it still runs, -1 on failure.
pid_t clinux_reap(pid_t process, int *status, struct rusage *usage);

// Changes below folders: a watch, a folder more for it, and whether anything changed since asked
// last.
int clinux_watch(void);
bool clinux_watch_folder(int watch, const char *path);
bool clinux_watch_has_changes(int watch);

// Sets the times of a file to those of another.
bool clinux_copy_times(const char *from, const char *to);
// Copies the bytes of a file between descriptors; false on failure.
bool clinux_copy_bytes(int from, int to, uint64_t byte_count);

#endif
