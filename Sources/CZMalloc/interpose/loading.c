// Libraries that come and go. A library opened with RTLD_DEEPBIND would take libc's malloc and our
// free, so the flag is dropped. C for libc's names, and for the tail call: dlopen searches the run
// path of its caller, which has to stay the program.
#include "interpose.h"

#ifdef ZMALLOC_INTERPOSES

#include "CZMalloc.h"

typedef void *(*open_function)(const char *, int);
typedef int (*close_function)(void *);

ZMALLOC_EXPORT void *dlopen(const char *path, int flags) {
  static void *known;
  open_function real = (open_function)zmalloc_next(&known, "dlopen");
  if (zmalloc_switches.mode == 2) flags &= ~RTLD_DEEPBIND;
  // Another copy of the same fork server may have another library at this one's place.
  if (zmalloc_switches.is_tried && !zmalloc_switches.lends_unwinder) zmalloc_keep_unwinder_apart();
  __attribute__((musttail)) return real(path, flags);
}

ZMALLOC_EXPORT int dlclose(void *library) {
  static void *known;
  close_function real = (close_function)zmalloc_next(&known, "dlclose");
  if (zmalloc_switches.mode != 2) return real(library);
  // The library's name is kept for its frames; the unwinder must not keep what it knows of its
  // code.
  zmalloc_layer_modules_changed();
  int code = real(library);
  zmalloc_forget_unwind_cache();
  return code;
}
#endif
