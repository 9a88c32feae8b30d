// A string that knows its length: redis's idea of a simple dynamic string, written anew on the ztry
// functions of zmalloc.h.
//
// An sds points at its first byte. Its length and capacity stand before that byte, and a zero byte
// ends it: whoever wants a `char *` takes it as it is, and it may hold any bytes.
//
//     ┌────────┬──────────┬───────────────────┬───┐
//     │ length │ capacity │ bytes             │ 0 │   one block
//     └────────┴──────────┴───────────────────┴───┘
//                          ▲ sds
//
// The promise: a function that needs memory and gets none returns NULL or ENOMEM, and every value
// that it was given is as it was before the call. Nothing is lost, nothing is half done.
#ifndef SDS_H
#define SDS_H

#include <stddef.h>

typedef char *sds;

/// A copy of `count` bytes; NULL when there is no memory. To be freed with sds_free.
sds sds_make(const char *bytes, size_t count);

/// Appends `count` bytes, which are not the string's own: 0, or ENOMEM with `*text` as it was.
/// `*text` may be elsewhere afterwards.
int sds_append(sds *text, const char *bytes, size_t count);

/// The bytes before the zero at the end.
size_t sds_length(const char *text);

/// Makes it empty, and keeps its room.
void sds_clear(sds text);

/// NULL is allowed.
void sds_free(sds text);

#endif
