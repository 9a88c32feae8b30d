// Libraries that come and go. A library opened with RTLD_DEEPBIND would take libc's malloc and our
// free, so the flag is dropped. C for libc's names, and for the tail call: dlopen searches the run
// path of its caller, which has to stay the program.
#include "interpose.h"

#ifdef ZMALLOC_INTERPOSES
#include <dlfcn.h>

#include "CZMalloc.h"

typedef void *(*open_function)(const char *, int);

ZMALLOC_EXPORT void *dlopen(const char *path, int flags) {
  static open_function real;
  open_function known = __atomic_load_n(&real, __ATOMIC_ACQUIRE);
  if (!known) {
    known = (open_function)dlsym(RTLD_NEXT, "dlopen");
    __atomic_store_n(&real, known, __ATOMIC_RELEASE);
  }
  if (zmalloc_switches.mode == 2) flags &= ~RTLD_DEEPBIND;
  // Another copy of the same fork server may have another library at this one's place.
  if (zmalloc_switches.is_tried && !zmalloc_switches.lends_unwinder) zmalloc_keep_unwinder_apart();
  __attribute__((musttail)) return known(path, flags);
}

ZMALLOC_EXPORT int dlclose(void *library) {
  static int (*real)(void *);
  int (*known)(void *) = __atomic_load_n(&real, __ATOMIC_ACQUIRE);
  if (!known) {
    known = (int (*)(void *))dlsym(RTLD_NEXT, "dlclose");
    __atomic_store_n(&real, known, __ATOMIC_RELEASE);
  }
  if (zmalloc_switches.mode != 2) return known(library);
  // The library's name is kept for its frames; the unwinder must not keep what it knows of its
  // code.
  zmalloc_layer_modules_changed();
  int code = known(library);
  zmalloc_forget_unwind_cache();
  return code;
}
#endif
