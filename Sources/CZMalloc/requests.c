// What a program asks of the layer beside memory: its end, a recording, a look at all blocks, a
// mark. C, since the stack and the registers of the caller are taken here.
#include "zmalloc_entrance.h"

#ifdef DEBUG_LAYER
#include "zmalloc_process.h"
#include "zmalloc_requests.h"

struct end_request {
  int status;
  const char *path;
  int result;
};

static void end_with(const uintptr_t *registers, uint32_t count, uintptr_t sp, void *context) {
  (void)count;
  struct end_request *request = context;
  request->result = zmalloc_layer_process_ends(request->status, registers, sp);
}

static void record_with(const uintptr_t *registers, uint32_t count, uintptr_t sp, void *context) {
  (void)count;
  struct end_request *request = context;
  request->result = zmalloc_layer_write_recording(request->path, registers, sp);
}

int zmalloc_entrance_end(int status) {
  struct end_request request = {.status = status, .result = status};
  zmalloc_with_registers(end_with, &request);
  return request.result;
}

int zmalloc_entrance_record(const char *path) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->record(path);
  struct end_request request = {.path = path, .result = -1};
  zmalloc_with_registers(record_with, &request);
  return request.result;
}

int zmalloc_entrance_check(void) {
  if (ZMALLOC_ELSEWHERE) return ZMALLOC_ELSEWHERE->check();
  bool is_busy;
  struct zmalloc_thread *thread = zmalloc_visit_begin(&is_busy);
  if (!thread) return 0;
  // What was captured ahead for another call is gone.
  thread->captured_by = 0;
  zmalloc_capture(thread, zmalloc_switches.allocation_frames, 2, __builtin_return_address(0));
  uint32_t damaged = zmalloc_layer_check(thread);
  zmalloc_visit_end();
  return (int)damaged;
}

uint32_t zmalloc_entrance_mark(void) {
  return ZMALLOC_ELSEWHERE ? ZMALLOC_ELSEWHERE->mark() : zmalloc_layer_mark();
}

bool zmalloc_entrance_is_on(void) {
  if (zmalloc_switches.mode == 0) {
    bool is_busy;
    if (zmalloc_visit_begin(&is_busy)) zmalloc_visit_end();
  }
  return zmalloc_switches.mode == 2 || ZMALLOC_ELSEWHERE;
}
#endif
