// The parser of list.h. With -DPLANTED a string that grows for the second time, and does not get
// its memory, is freed twice.
#include "list.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <zmalloc.h>

enum { deepest = 32 };

struct reader {
  const char *at, *end;
  int depth;
};

static int read_item(struct reader *reader, struct item **result);

static bool is_space(char byte) { return byte == ' ' || byte == '\n'; }

static void skip_spaces(struct reader *reader) {
  while (reader->at < reader->end && is_space(*reader->at)) reader->at++;
}

void item_free(struct item *item) {
  if (!item) return;
  for (size_t i = 0; i < item->count; i++) item_free(item->items[i]);
  zfree(item->items);
  zfree(item->text);
  zfree(item);
}

// Takes over `text`, also when there is no memory.
static int make_text(char *text, struct item **result) {
  struct item *item = ztrycalloc(sizeof *item);
  if (!item) {
    zfree(text);
    return ENOMEM;
  }
  item->text = text;
  *result = item;
  return 0;
}

static int read_word(struct reader *reader, struct item **result) {
  const char *start = reader->at;
  while (reader->at < reader->end && !is_space(*reader->at) && !strchr("()\"", *reader->at))
    reader->at++;
  size_t count = (size_t)(reader->at - start);
  if (count == 0) return EINVAL;
  char *text = ztrymalloc(count + 1);
  if (!text) return ENOMEM;
  memcpy(text, start, count);
  text[count] = 0;
  return make_text(text, result);
}

struct buffer {
  char *bytes;
  size_t count, capacity;
};

static int add_byte(struct buffer *buffer, char byte) {
  if (buffer->count == buffer->capacity) {
    size_t capacity = buffer->capacity ? 2 * buffer->capacity : 8;
    char *grown = ztryrealloc(buffer->bytes, capacity);
#ifdef PLANTED
    // The mistake: who called us frees it too.
    if (!grown && buffer->capacity >= 16) zfree(buffer->bytes);
#endif
    if (!grown) return ENOMEM;
    buffer->bytes = grown;
    buffer->capacity = capacity;
  }
  buffer->bytes[buffer->count++] = byte;
  return 0;
}

// After the opening quote.
static int read_string(struct reader *reader, struct item **result) {
  struct buffer buffer = {0};
  int error = 0;
  while (error == 0 && reader->at < reader->end && *reader->at != '"') {
    if (*reader->at == '\\' && ++reader->at == reader->end) break;
    error = add_byte(&buffer, *reader->at++);
  }
  if (error == 0) error = reader->at == reader->end ? EINVAL : add_byte(&buffer, 0);
  if (error != 0) {
    zfree(buffer.bytes);
    return error;
  }
  reader->at++;
  return make_text(buffer.bytes, result);
}

static int add_item(struct item *list, struct item *item) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 2;
    struct item **grown = ztryrealloc(list->items, capacity * sizeof *grown);
    if (!grown) return ENOMEM;
    list->items = grown;
    list->capacity = capacity;
  }
  list->items[list->count++] = item;
  return 0;
}

// After the opening parenthesis.
static int read_list(struct reader *reader, struct item **result) {
  struct item *list = ztrycalloc(sizeof *list);
  int error = !list ? ENOMEM : reader->depth == deepest ? EINVAL : 0;
  reader->depth++;
  while (error == 0) {
    struct item *item = NULL;
    skip_spaces(reader);
    if (reader->at < reader->end && *reader->at == ')') break;
    error = read_item(reader, &item);
    if (error == 0 && (error = add_item(list, item)) != 0) item_free(item);
  }
  reader->depth--;
  if (error != 0) {
    item_free(list);
    return error;
  }
  reader->at++;
  *result = list;
  return 0;
}

static int read_item(struct reader *reader, struct item **result) {
  skip_spaces(reader);
  if (reader->at == reader->end) return EINVAL;
  if (*reader->at != '(' && *reader->at != '"') return read_word(reader, result);
  return *reader->at++ == '(' ? read_list(reader, result) : read_string(reader, result);
}

int item_parse(const char *bytes, size_t count, struct item **result) {
  struct reader reader = {.at = bytes, .end = bytes + count};
  struct item *item = NULL;
  int error = read_item(&reader, &item);
  skip_spaces(&reader);
  if (error == 0 && reader.at != reader.end) error = EINVAL;
  if (error != 0) {
    item_free(item);
    return error;
  }
  *result = item;
  return 0;
}
