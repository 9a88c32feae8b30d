// zlib with its zalloc and zfree: two megabytes deflated and inflated at several levels, streams
// that are copied, reset and cut off.
#include <zlib.h>

#include "user.h"

enum { text_size = 2 << 20 };

static void *take(void *unused, unsigned count, unsigned size) {
  (void)unused;
  return ztrycalloc_num(count, size);
}
static void give(void *unused, void *block) {
  (void)unused;
  zfree(block);
}

// Words in no order, and a number now and then.
static void fill(char *text) {
  static const char *const words[] = {
      "deflate ", "the ", "stream ", "of ", "a ", "window, ", "bytes ", "which ", "repeat.\n",
      "length ", "and ", "distance ",
  };
  uint32_t state = 1;
  size_t at = 0;
  while (at < text_size) {
    state = state * 1664525 + 1013904223;
    const char *word = words[(state >> 24) % 12];
    char number[12];
    if ((state >> 16) % 8 == 0) {
      snprintf(number, sizeof number, "%u ", state >> 8 & 0xffff);
      word = number;
    }
    for (; *word && at < text_size; word++) text[at++] = *word;
  }
}

static size_t pack(const unsigned char *text, unsigned char *packed, size_t room, int level) {
  z_stream stream = {.zalloc = take, .zfree = give};
  if (failed(deflateInit(&stream, level) != Z_OK, "deflateInit")) return 0;
  stream.next_in = (unsigned char *)text;
  stream.next_out = packed;
  stream.avail_out = (unsigned)room;
  // A half, then a copy of the stream is thrown away, then the rest.
  stream.avail_in = text_size / 2;
  int code = deflate(&stream, Z_NO_FLUSH);
  z_stream copy;
  int copied = deflateCopy(&copy, &stream);
  failed(copied != Z_OK, "deflateCopy");
  if (copied == Z_OK) deflateEnd(&copy);
  stream.avail_in = text_size / 2;
  if (code == Z_OK) code = deflate(&stream, Z_FINISH);
  size_t size = stream.total_out;
  deflateEnd(&stream);
  if (code != Z_STREAM_END) exit(1);
  return size;
}

static int unpack(const unsigned char *packed, size_t size, unsigned char *text, size_t step) {
  z_stream stream = {.zalloc = take, .zfree = give};
  if (failed(inflateInit(&stream) != Z_OK, "inflateInit")) return 0;
  stream.next_in = (unsigned char *)packed;
  stream.avail_in = (unsigned)size;
  stream.next_out = text;
  int code = Z_OK;
  while (code == Z_OK && stream.total_out < text_size) {
    size_t left = text_size - stream.total_out;
    stream.avail_out = (unsigned)(left < step ? left : step);
    code = inflate(&stream, Z_NO_FLUSH);
  }
  failed(code == Z_MEM_ERROR, "inflate");
  int is_whole = stream.total_out == text_size;
  inflateEnd(&stream);
  return is_whole;
}

// A stream that ends too early, and one that is no stream.
static void refuse(const unsigned char *packed, unsigned char *text) {
  z_stream stream = {.zalloc = take, .zfree = give};
  if (failed(inflateInit(&stream) != Z_OK, "inflateInit")) return;
  stream.next_in = (unsigned char *)packed;
  stream.avail_in = 1000;
  stream.next_out = text;
  stream.avail_out = text_size;
  int cut = inflate(&stream, Z_FINISH);
  inflateReset(&stream);
  stream.next_in = (unsigned char *)"no stream at all";
  stream.avail_in = 16;
  int wrong = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (cut != Z_MEM_ERROR) say("refused %d %d", cut == Z_BUF_ERROR, wrong == Z_DATA_ERROR);
  failed(cut == Z_MEM_ERROR, "inflate");
}

static void work(unsigned char *text, unsigned char *packed, unsigned char *again) {
  size_t room = zmalloc_usable_size(packed);
  fill((char *)text);
  for (int level = 1; level <= 9; level += 4) {
    size_t size = pack(text, packed, room, level);
    if (failed_at) return;
    memset(again, 0, text_size);
    int is_whole = unpack(packed, size, again, level == 5 ? 777 : text_size);
    if (failed_at) return;
    say("level %d smaller %d same %d", level, size < text_size / 2,
        is_whole && memcmp(text, again, text_size) == 0);
  }
  refuse(packed, again);
}

int main(void) {
  unsigned char *text = ztrymalloc(text_size), *again = ztrymalloc(text_size);
  unsigned char *packed = ztrymalloc(compressBound(text_size));
  if (!failed(!text || !again || !packed, "buffers")) work(text, packed, again);
  zfree(text);
  zfree(again);
  zfree(packed);
  return finish(3 * (size_t)text_size);
}
