// operator new and operator delete of C++: a block remembers which of them gave it, since
// libstdc++'s delete is a jump to free. C for the names, and because std::bad_alloc is thrown from
// here: an exception cannot pass an Embedded frame. Nothing of a C++ library is linked.
#include "interpose.h"

#if defined(ZMALLOC_INTERPOSES) && defined(PRELOAD)
#include <errno.h>

#include "CZMalloc.h"
#include "operators.h"

// A program that has its own operators keeps them, all of them: the default new[] calls new.
enum { not_known, ours, theirs };
static uint32_t standing;
static void *their_functions[operator_count];

// Every name, in the order of the enumeration in operators.h.
static const char *const names[operator_count] = {
    "_Znwm",
    "_Znam",
    "_ZnwmRKSt9nothrow_t",
    "_ZnamRKSt9nothrow_t",
    "_ZnwmSt11align_val_t",
    "_ZnamSt11align_val_t",
    "_ZnwmSt11align_val_tRKSt9nothrow_t",
    "_ZnamSt11align_val_tRKSt9nothrow_t",
    "_ZdlPv",
    "_ZdaPv",
    "_ZdlPvm",
    "_ZdaPvm",
    "_ZdlPvRKSt9nothrow_t",
    "_ZdaPvRKSt9nothrow_t",
    "_ZdlPvSt11align_val_t",
    "_ZdaPvSt11align_val_t",
    "_ZdlPvmSt11align_val_t",
    "_ZdaPvmSt11align_val_t",
    "_ZdlPvSt11align_val_tRKSt9nothrow_t",
    "_ZdaPvSt11align_val_tRKSt9nothrow_t",
};

static __attribute__((noinline, cold)) bool look(void) {
  void *found[operator_count];
  bool is_replaced = zmalloc_find_functions(names, operator_count, found);
  // Two threads may look at once: both write the same.
  for (int i = 0; i < operator_count; i++)
    __atomic_store_n(&their_functions[i], found[i], __ATOMIC_RELAXED);
  __atomic_store_n(&standing, is_replaced ? theirs : ours, __ATOMIC_RELEASE);
  return is_replaced;
}

static inline bool is_theirs(void) {
  uint32_t known = __atomic_load_n(&standing, __ATOMIC_ACQUIRE);
  if (__builtin_expect(known == ours, 1)) return false;
  return known == theirs || look();
}

// Not by dlsym, which would end the life of the text that the program got from dlerror.
static void *find_one(const char *name) {
  void *found = 0;
  zmalloc_find_functions(&name, 1, &found);
  return found;
}

typedef void (*handler)(void);

// The first attempt failed; its caller is ours.
void *zmalloc_new_failed(size_t size, size_t alignment, uint32_t call) {
  handler (*current)(void) = (handler(*)(void))find_one("_ZSt15get_new_handlerv");
  for (;;) {
    handler now = current ? current() : 0;
    if (!now && call & ZMALLOC_CALL_NOTHROW) return 0;
    if (!now) break;
    if (call & ZMALLOC_CALL_NOTHROW) return zmalloc_new_caught(size, alignment, call);
    now();
    zmalloc_capture_ahead(0, __builtin_return_address(0));
    void *pointer = zmalloc_entrance_allocate(size, alignment, call);
    if (pointer) return pointer;
  }
  void (*throw_it)(void) = (void (*)(void))find_one("_ZSt17__throw_bad_allocv");
  if (throw_it) throw_it();
  zmalloc_abort();
}

enum { one = ZMALLOC_FAMILY_NEW, array = ZMALLOC_FAMILY_NEW_ARRAY };
enum { wide = ZMALLOC_FAMILY_NEW_ALIGNED, wide_array = ZMALLOC_FAMILY_NEW_ARRAY_ALIGNED };

// The C++ library's own nothrow function, around our new.
static void *ask_nothrow(size_t size, size_t alignment, uint32_t call) {
  uint32_t family = call & ZMALLOC_CALL_FAMILY;
  bool is_array = family == array || family == wide_array;
  // std::nothrow has no state that anybody reads.
  static const char tag;
  // By the family, not by the alignment: the block goes back to a delete of its kind.
  if (family == one || family == array) {
    int index = is_array ? nothrow_new_array : nothrow_new;
    void *(*plain)(size_t, const void *) =
        (void *(*)(size_t, const void *))find_one(names[index]);
    return plain ? plain(size, &tag) : 0;
  }
  int index = is_array ? aligned_nothrow_new_array : aligned_nothrow_new;
  void *(*aligned)(size_t, size_t, const void *) =
      (void *(*)(size_t, size_t, const void *))find_one(names[index]);
  return aligned ? aligned(size, alignment, &tag) : 0;
}

// The handler may throw, and C cannot catch: the C++ library's function does. Its new is no attempt
// of its own, or a plan that fails one allocation would be forgotten by it.
void *zmalloc_new_caught(size_t size, size_t alignment, uint32_t call) {
  zmalloc_new_has_failed = true;
  void *pointer = ask_nothrow(size, alignment, call);
  // A C++ library that asks somebody else's new has not taken it back.
  zmalloc_new_has_failed = false;
  return pointer;
}

enum { quiet = ZMALLOC_CALL_NOTHROW };

#define THEIRS(index, type) ((type)their_functions[index])

static inline bool is_power(size_t alignment) {
  return alignment != 0 && (alignment & (alignment - 1)) == 0;
}

#define NEW(name, index, call)                                                            \
  ZMALLOC_EXPORT void *name(size_t size) {                                                \
    if (is_theirs()) return THEIRS(index, void *(*)(size_t))(size);                       \
    return zmalloc_entrance_new(size, 16, call);                                          \
  }
#define NEW_NOTHROW(name, index, call)                                                    \
  ZMALLOC_EXPORT void *name(size_t size, const void *tag) {                               \
    if (is_theirs()) return THEIRS(index, void *(*)(size_t, const void *))(size, tag);    \
    return zmalloc_entrance_new(size, 16, (call) | quiet);                                \
  }
// As the C++ library has it: an alignment that is no power of two is no memory.
#define ALIGNED_NEW(name, index, call)                                                    \
  ZMALLOC_EXPORT void *name(size_t size, size_t alignment) {                              \
    if (is_theirs()) return THEIRS(index, void *(*)(size_t, size_t))(size, alignment);    \
    if (!is_power(alignment)) return zmalloc_new_failed(size, 16, call);                  \
    return zmalloc_entrance_new(size, alignment < 16 ? 16 : alignment, call);             \
  }
#define ALIGNED_NEW_NOTHROW(name, index, call)                                            \
  ZMALLOC_EXPORT void *name(size_t size, size_t alignment, const void *tag) {             \
    if (is_theirs())                                                                      \
      return THEIRS(index, void *(*)(size_t, size_t, const void *))(size, alignment, tag); \
    if (!is_power(alignment)) return 0;                                                   \
    return zmalloc_entrance_new(size, alignment < 16 ? 16 : alignment, (call) | quiet);   \
  }

NEW(_Znwm, plain_new, one)
NEW(_Znam, plain_new_array, array)
NEW_NOTHROW(_ZnwmRKSt9nothrow_t, nothrow_new, one)
NEW_NOTHROW(_ZnamRKSt9nothrow_t, nothrow_new_array, array)
ALIGNED_NEW(_ZnwmSt11align_val_t, aligned_new, wide)
ALIGNED_NEW(_ZnamSt11align_val_t, aligned_new_array, wide_array)
ALIGNED_NEW_NOTHROW(_ZnwmSt11align_val_tRKSt9nothrow_t, aligned_nothrow_new, wide)
ALIGNED_NEW_NOTHROW(_ZnamSt11align_val_tRKSt9nothrow_t, aligned_nothrow_new_array, wide_array)

// As free: errno is kept, and without an unwinder the caller is kept ahead.
static inline void give_back(void *pointer, size_t expected, uint32_t call, void *caller) {
  int saved = errno;
  if (pointer && !zmalloc_switches.backtrace) zmalloc_capture_ahead(1, caller);
  zmalloc_entrance_free(pointer, expected, call);
  errno = saved;
}

#define CALLER __builtin_return_address(0)
#define ANY ZMALLOC_NO_EXPECTED_SIZE

#define DELETE(name, index, call)                                                         \
  ZMALLOC_EXPORT void name(void *pointer) {                                               \
    if (is_theirs()) return THEIRS(index, void (*)(void *))(pointer);                     \
    give_back(pointer, ANY, call, CALLER);                                                \
  }
// With one more argument: an alignment, or the tag of nothrow.
#define DELETE_WITH(name, index, call, type)                                              \
  ZMALLOC_EXPORT void name(void *pointer, type more) {                                    \
    if (is_theirs()) return THEIRS(index, void (*)(void *, type))(pointer, more);         \
    give_back(pointer, ANY, call, CALLER);                                                \
  }
#define SIZED_DELETE(name, index, call)                                                   \
  ZMALLOC_EXPORT void name(void *pointer, size_t size) {                                  \
    if (is_theirs()) return THEIRS(index, void (*)(void *, size_t))(pointer, size);       \
    give_back(pointer, size, call, CALLER);                                               \
  }
#define SIZED_ALIGNED_DELETE(name, index, call)                                           \
  ZMALLOC_EXPORT void name(void *pointer, size_t size, size_t alignment) {                \
    if (is_theirs())                                                                      \
      return THEIRS(index, void (*)(void *, size_t, size_t))(pointer, size, alignment);   \
    give_back(pointer, size, call, CALLER);                                               \
  }
#define ALIGNED_DELETE_NOTHROW(name, index, call)                                         \
  ZMALLOC_EXPORT void name(void *pointer, size_t alignment, const void *tag) {            \
    if (is_theirs())                                                                      \
      return THEIRS(index, void (*)(void *, size_t, const void *))(pointer, alignment, tag); \
    give_back(pointer, ANY, call, CALLER);                                                \
  }

DELETE(_ZdlPv, plain_delete, one)
DELETE(_ZdaPv, plain_delete_array, array)
SIZED_DELETE(_ZdlPvm, sized_delete, one)
SIZED_DELETE(_ZdaPvm, sized_delete_array, array)
DELETE_WITH(_ZdlPvRKSt9nothrow_t, nothrow_delete, one, const void *)
DELETE_WITH(_ZdaPvRKSt9nothrow_t, nothrow_delete_array, array, const void *)
DELETE_WITH(_ZdlPvSt11align_val_t, aligned_delete, wide, size_t)
DELETE_WITH(_ZdaPvSt11align_val_t, aligned_delete_array, wide_array, size_t)
SIZED_ALIGNED_DELETE(_ZdlPvmSt11align_val_t, sized_aligned_delete, wide)
SIZED_ALIGNED_DELETE(_ZdaPvmSt11align_val_t, sized_aligned_delete_array, wide_array)
ALIGNED_DELETE_NOTHROW(_ZdlPvSt11align_val_tRKSt9nothrow_t, aligned_nothrow_delete, wide)
ALIGNED_DELETE_NOTHROW(
    _ZdaPvSt11align_val_tRKSt9nothrow_t, aligned_nothrow_delete_array, wide_array)
#endif
