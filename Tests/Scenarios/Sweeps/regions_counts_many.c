// Half a million blocks in a block of code, of which a few thousand live at once, in no order: the
// count is right at the end.
#include "../sweep.h"

enum { place_count = 5000, step_count = 500000 };

int main(void) {
  static void *blocks[place_count];
  static size_t sizes[place_count];
  struct zmalloc_counts counts;
  uint64_t drawn = 1, live = 0, bytes = 0;
  ZMALLOC_COUNTED(&counts) {
    for (int i = 0; i < step_count; i++) {
      drawn = drawn * 6364136223846793005u + 1442695040888963407u;
      size_t place = (drawn >> 33) % place_count, size = drawn >> 57;
      zfree(blocks[place]);
      blocks[place] = (drawn >> 50) % 4 ? zmalloc(size) : NULL;
      sizes[place] = size;
    }
  }
  for (int i = 0; i < place_count; i++) {
    if (!blocks[i]) continue;
    live++;
    bytes += sizes[i];
    zfree(blocks[i]);
  }
  CHECK(live > 1000 && counts.live_blocks == live && counts.live_bytes == bytes);
  dprintf(1, "right\n");
}
