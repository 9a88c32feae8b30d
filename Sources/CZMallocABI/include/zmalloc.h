// The contract of swift-zmalloc for C and C++ programs: every function, to the corner case.
//
// One header for the production and the debug library; Swift implements it function by function.
// Tests that make allocations fail find theirs in zmalloc_testing.h.
//
// Rules that hold for every function
//   Zero bytes    Allocating zero bytes gives a pointer that is not NULL, to be freed like others.
//   Too large     A size of SIZE_MAX / 2 or more fails, without asking the system.
//   Failure       zmalloc and its kin call the out-of-memory handler with the size, and return NULL
//                 if the handler returns. The `ztry` twins return NULL and never call the handler.
//   Usable size   What the caller may read and write: the request or more, since the system's
//                 blocks come in sizes of their own. In the debug library exactly the request.
//                 The `_usable` twins store it at `usable` (0 on failure); `usable` may be NULL.
//   Alignment     16 bytes; the aligned functions give more.
//   Threads       Every function may be called from any thread; a block may be freed by another
//                 thread than the one that allocated it.
//   Whose blocks  Blocks from here go back to here. free() on one of them, or zfree() on a block
//                 of malloc(), corrupts the heap.

#ifndef ZMALLOC_H
#define ZMALLOC_H

#include <stddef.h>

/// The release of this header and of the libraries built with it.
#define ZMALLOC_VERSION "0.1.0"

// What a compiler may assume: the result aliases nothing, and its size is the product of these
// arguments. The `_usable` twins have no size attribute: the caller may write past the request.
#if defined(__GNUC__) || defined(__clang__)
#define ZMALLOC_MALLOC __attribute__((malloc))
#define ZMALLOC_SIZE(n) __attribute__((alloc_size(n)))
#define ZMALLOC_SIZE2(n, m) __attribute__((alloc_size(n, m)))
#else
#define ZMALLOC_MALLOC
#define ZMALLOC_SIZE(n)
#define ZMALLOC_SIZE2(n, m)
#endif

// With this defined, four functions go by valkey's names: zlib has a zcalloc of its own. The
// libraries have both.
#ifdef ZMALLOC_VALKEY_NAMES
#define zmalloc valkey_malloc
#define zcalloc valkey_calloc
#define zrealloc valkey_realloc
#define zfree valkey_free
#endif

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Allocate

/// Gives `size` bytes, not initialized.
void *zmalloc(size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(1);

/// Gives `size` bytes, all zero.
void *zcalloc(size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(1);

/// Gives `num * size` bytes, all zero.
///
/// A product that does not fit in size_t fails, and so does a `size` of 0 (redis does the same):
/// the handler gets SIZE_MAX. A `num` of 0 with another size gives a block of zero bytes.
void *zcalloc_num(size_t num, size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE2(1, 2);

/// As zmalloc, but returns NULL on failure without calling the handler.
void *ztrymalloc(size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(1);

/// As zcalloc, but returns NULL on failure without calling the handler.
void *ztrycalloc(size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(1);

/// As zcalloc_num, but returns NULL on failure without calling the handler.
void *ztrycalloc_num(size_t num, size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE2(1, 2);

/// As zmalloc; stores the usable size at `usable`.
void *zmalloc_usable(size_t size, size_t *usable) ZMALLOC_MALLOC;

/// As zcalloc; stores the usable size at `usable`. Bytes past `size` are zero as well.
void *zcalloc_usable(size_t size, size_t *usable) ZMALLOC_MALLOC;

/// As ztrymalloc; stores the usable size at `usable`.
void *ztrymalloc_usable(size_t size, size_t *usable) ZMALLOC_MALLOC;

/// As ztrycalloc; stores the usable size at `usable`. Bytes past `size` are zero as well.
void *ztrycalloc_usable(size_t size, size_t *usable) ZMALLOC_MALLOC;

// MARK: - Allocate aligned

// These are freed like the others. zrealloc keeps the bytes, not the alignment. An `alignment` of
// 0, or one that is no power of two, is a mistake of the caller: NULL and EINVAL, without the
// handler.

/// Gives `size` bytes at a multiple of `alignment`, a power of two; not initialized.
void *zaligned_alloc(size_t alignment, size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(2);

/// As zaligned_alloc, but returns NULL on failure without calling the handler.
void *ztryaligned_alloc(size_t alignment, size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(2);

/// As zaligned_alloc; stores the usable size at `usable`.
void *zaligned_alloc_usable(size_t alignment, size_t size, size_t *usable) ZMALLOC_MALLOC;

/// As ztryaligned_alloc; stores the usable size at `usable`.
void *ztryaligned_alloc_usable(size_t alignment, size_t size, size_t *usable) ZMALLOC_MALLOC;

/// Gives `size` bytes that start a cache line of 64 bytes; not initialized.
void *zmalloc_cache_aligned(size_t size) ZMALLOC_MALLOC ZMALLOC_SIZE(1);

// MARK: - Resize

/// Makes the block at `ptr` hold `size` bytes, maybe elsewhere; what fits of its content stays.
///
/// - `ptr` NULL: as zmalloc(size); zero bytes give a block.
/// - `size` 0 with a block: frees it and returns NULL. This is no failure: no handler is called.
/// - Failure keeps the old block, unchanged and still counted, for any size. (Redis frees it when
///   the size is too large. A caller that goes on using the block must not break here; one that
///   relies on redis's habit leaks it.)
void *zrealloc(void *ptr, size_t size) ZMALLOC_SIZE(2);

/// As zrealloc, but returns NULL on failure without calling the handler.
void *ztryrealloc(void *ptr, size_t size) ZMALLOC_SIZE(2);

/// As zrealloc; stores the usable size at `usable`, 0 when the block was freed.
void *zrealloc_usable(void *ptr, size_t size, size_t *usable);

/// As ztryrealloc; stores the usable size at `usable`, 0 when the block was freed.
void *ztryrealloc_usable(void *ptr, size_t size, size_t *usable);

// MARK: - Free

/// Frees a block. NULL is allowed and does nothing.
void zfree(void *ptr);

/// Frees a block and stores the usable size that it had at `usable`: 0 for NULL.
void zfree_usable(void *ptr, size_t *usable);

/// Frees a block whose usable size the caller knows, without looking it up. NULL does nothing.
///
/// `size` is what a `_usable` function or zmalloc_usable_size said, not the request. The debug
/// library reports another one as a violation. In production used memory is wrong by the difference
/// from then on; over jemalloc and tcmalloc, which believe the size, the heap may be corrupted.
void zfree_with_size(void *ptr, size_t size);

// MARK: - Strings

/// Gives a copy of the C string `s`, to be freed with zfree.
char *zstrdup(const char *s) ZMALLOC_MALLOC;

/// As zstrdup, but returns NULL on failure without calling the handler.
char *ztrystrdup(const char *s) ZMALLOC_MALLOC;

// MARK: - Sizes

// In redis these two are macros in some builds, over libc's malloc_usable_size. Here they are
// functions in all: a macro would hand our pointers to a function that does not know them.

/// The bytes that a block counts for: its usable size, and its header in builds that have one.
size_t zmalloc_size(void *ptr);

/// The usable size of a block; 0 for NULL.
size_t zmalloc_usable_size(void *ptr);

/// Returns `ptr`. A compiler that checks object sizes learns that it has `size` bytes.
///
/// Needed after zmalloc(n) and zmalloc_usable_size, before the bytes past n are used.
void *extend_to_usable(void *ptr, size_t size) ZMALLOC_SIZE(2);

// MARK: - Accounting and exhaustion

/// The usable bytes of all blocks now, over all threads.
///
/// Exact when no other thread allocates at that moment.
size_t zmalloc_used_memory(void);

/// The most that zmalloc_used_memory reached, sampled at each 100 KiB of growth and now.
size_t zmalloc_peak_memory(void);

/// Sets what is called with the size when an allocation fails. NULL restores the default, which
/// prints `zmalloc: Out of memory trying to allocate N bytes` to standard error and aborts.
///
/// The handler may allocate: failures that are injected on purpose are off on its thread while it
/// runs. It may return: the allocation then gives NULL. It may end the process, and it may leave by
/// longjmp: nothing was allocated, and a block that was to be resized is as it was. It must not
/// leave by a C++ exception, which ends in std::terminate. When it fails to allocate, it is called
/// again.
void zmalloc_set_oom_handler(void (*handler)(size_t size));

// MARK: - The process

/// The resident bytes of this process; 0 when /proc does not say. Not cheap: for a few calls a
/// second.
size_t zmalloc_get_rss(void);

/// The sum over all mappings of a process of the lines `FIELD 12 kB` in /proc/PID/smaps, in bytes.
///
/// `field` is the name with its colon, such as "Rss:". `pid` -1 is this process. Returns 0 when
/// there is no such field, when `field` is NULL, and when the file cannot be read: errno then says
/// why. The kernel walks all pages of the process: a second for many gigabytes.
size_t zmalloc_get_smap_bytes_by_field(const char *field, long pid);

/// As zmalloc_get_smap_bytes_by_field("Private_Dirty:", pid): what only that process has, and has
/// written.
size_t zmalloc_get_private_dirty(long pid);

/// The machine's memory in bytes; 0 when the system does not say.
size_t zmalloc_get_memory_size(void);

/// Stores field `i` of /proc/self/stat, counted from 1 as in proc(5), at `res`, and returns 1.
///
/// Returns 0 and stores nothing for the first two fields, for one that is absent or no number, when
/// the file cannot be read, and when `res` is NULL. A number that does not fit becomes the nearest
/// that does.
int get_proc_stat_ll(int i, long long *res);

/// Frees what libc itself allocated, such as the result of realpath. NULL is allowed.
void zlibc_free(void *ptr);

/// Gives the free pages of libc's heap back to the system.
void zlibc_trim(void);

// MARK: - The allocator below

// What it says of the memory that it holds, in bytes. Out-pointers may be NULL; figures that it
// does not know are 0. All return 1. One C symbol can have one signature: redis up to 7.2 has the
// three out-pointers; valkey has five, and redis since 7.4 seven parameters. Define
// ZMALLOC_ALLOCATOR_INFO_VALKEY or ZMALLOC_ALLOCATOR_INFO_REFRESH before this header, and the name
// is theirs.
//   allocated  in blocks that are handed out
//   active     in the pages or regions where these lie
//   resident   of those that the allocator holds in physical memory
//   retained   in address space that it keeps without memory behind it
//   muzzy      offered to the system, and perhaps still resident
//   frag_smallbins  free slots between small blocks

/// Three figures, as redis 7.0 has them.
int zmalloc_get_allocator_info(size_t *allocated, size_t *active, size_t *resident);

/// Five figures, as valkey has them.
int zmalloc_get_allocator_info_valkey(size_t *allocated, size_t *active, size_t *resident,
                                      size_t *retained, size_t *muzzy);

/// The same as redis 7.4 has them. `refresh` 0 leaves the statistics of jemalloc as they were read
/// last; other allocators have no such state.
int zmalloc_get_allocator_info_refresh(int refresh, size_t *allocated, size_t *active,
                                       size_t *resident, size_t *retained, size_t *muzzy,
                                       size_t *frag_smallbins);

/// The figures of one arena of jemalloc, as redis 7.4 has them; zeros where there is none.
int zmalloc_get_allocator_info_by_arena(unsigned int arena, int refresh, size_t *allocated,
                                        size_t *active, size_t *resident, size_t *frag_smallbins);

#if defined(ZMALLOC_ALLOCATOR_INFO_VALKEY)
#define zmalloc_get_allocator_info zmalloc_get_allocator_info_valkey
#elif defined(ZMALLOC_ALLOCATOR_INFO_REFRESH)
#define zmalloc_get_allocator_info zmalloc_get_allocator_info_refresh
#endif

/// Gives the memory that jemalloc keeps unused back to the system: 0, or -1 when that failed. Off
/// jemalloc it does nothing, successfully.
int jemalloc_purge(void);

/// Switches jemalloc's own thread on or off, which gives unused memory back. Off jemalloc it does
/// nothing.
void set_jemalloc_bg_thread(int enable);

/// Gives the whole pages of a block back to the system: its bytes are zero then. Over jemalloc
/// alone, as in redis, which calls it in a child process that has written the block out.
void zmadvise_dontneed(void *ptr);
#ifdef ZMALLOC_VALKEY_NAMES
// Valkey passes a guess of the size along, which is not needed here.
#define zmadvise_dontneed(ptr, size_hint) ((void)(size_hint), zmadvise_dontneed(ptr))
#endif

// MARK: - The debug layer

/// Writes what the debug layer knows now to a recording at `path`, for `zleakcheck report`.
///
/// `path` NULL writes where ZMALLOC_DEBUG says. Returns 0, or -1 when the file could not be
/// written, when the layer is off, and always in the production library, which has no layer.
int zmalloc_debug_write_recording(const char *path);

/// Looks at every block now, in use and freed: whether bytes around it or in it changed that should
/// not.
///
/// Damage is a violation, which ends the program unless `on-violation=continue` says otherwise.
/// Returns how many blocks were damaged; 0 when the layer is off, and always in the production
/// library.
int zmalloc_debug_check(void);

/// Marks this moment, so that a recording tells what was allocated since: `report --since N`,
/// `snapshot --since N`.
///
/// Returns the mark's number, from 1; 0 when the layer is off, and always in production.
unsigned zmalloc_debug_mark(void);

#ifdef __cplusplus
}
#endif

#endif
