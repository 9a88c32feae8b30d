// The string of sds.h. With -DPLANTED_IN_SDS its growth has the best known mistake with realloc.
#include "sds.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <zmalloc.h>

struct header {
  size_t length, capacity;
  char bytes[];
};

static struct header *header_of(const char *text) {
  return (struct header *)(text - offsetof(struct header, bytes));
}

// The block for `capacity` bytes; 0 where there is no such size.
static size_t block_size(size_t capacity) {
  size_t others = sizeof(struct header) + 1;
  return capacity < SIZE_MAX / 2 - others ? capacity + others : 0;
}

sds sds_make(const char *bytes, size_t count) {
  size_t size = block_size(count);
  struct header *header = size ? ztrymalloc(size) : NULL;
  if (!header) return NULL;
  header->length = header->capacity = count;
  memcpy(header->bytes, bytes, count);
  header->bytes[count] = 0;
  return header->bytes;
}

// Makes room for `wanted` bytes in all.
static int grow(sds *text, size_t wanted) {
  struct header *header = header_of(*text);
  if (wanted <= header->capacity) return 0;
  // Twice what is needed: n bytes that come one by one are copied 2n times, not n² times.
  size_t capacity = wanted < SIZE_MAX / 4 ? 2 * wanted : wanted;
  size_t size = block_size(capacity);
  struct header *grown = size ? ztryrealloc(header, size) : NULL;
#ifdef PLANTED_IN_SDS
  // The mistake: a realloc that failed has kept the old block, and nobody knows where it is now.
  if (!grown) *text = NULL;
#endif
  if (!grown) return ENOMEM;
  grown->capacity = capacity;
  *text = grown->bytes;
  return 0;
}

int sds_append(sds *text, const char *bytes, size_t count) {
  size_t length = sds_length(*text);
  if (count > SIZE_MAX - length) return ENOMEM;
  if (grow(text, length + count) != 0) return ENOMEM;
  struct header *header = header_of(*text);
  memcpy(header->bytes + length, bytes, count);
  header->length = length + count;
  header->bytes[header->length] = 0;
  return 0;
}

size_t sds_length(const char *text) { return header_of(text)->length; }

void sds_clear(sds text) {
  header_of(text)->length = 0;
  text[0] = 0;
}

void sds_free(sds text) {
  if (text) zfree(header_of(text));
}
