// What a compiler that checks sizes (-D_FORTIFY_SOURCE=3) makes of the header: it stops a write
// past the request, and lets one through that extend_to_usable has told it of.
#include "contract.h"

static void fortify_extended(void) {
  char *block = (char *)zmalloc(9);
  size_t usable = zmalloc_usable_size(block);
  block = (char *)extend_to_usable(block, usable);
  memset(block, 'x', usable);
  say("written %d", block[usable - 1] == 'x');
  zfree(block);
}

// A _usable function has told its caller: no call is needed.
static void fortify_usable(void) {
  size_t usable = 0;
  char *block = (char *)zmalloc_usable(9, &usable);
  memset(block, 'x', usable);
  block = (char *)zrealloc_usable(block, hidden(100), &usable);
  memset(block, 'y', usable);
  say("written %d", block[usable - 1] == 'y');
  zfree(block);
}

// Each must end in libc's "buffer overflow detected".
#define STOPPED(name, call)                                                                        \
  static void fortify_stops_##name(void) {                                                         \
    char *block = (char *)(call);                                                                  \
    say(#name);                                                                                    \
    memset(block, 'x', hidden(25));                                                                \
    say("not stopped");                                                                            \
    zfree(block);                                                                                  \
  }

STOPPED(zmalloc, zmalloc(24))
STOPPED(zcalloc, zcalloc(24))
STOPPED(zcalloc_num, zcalloc_num(3, 8))
STOPPED(ztrymalloc, ztrymalloc(24))
STOPPED(zrealloc, zrealloc(NULL, 24))
STOPPED(extend_to_usable, extend_to_usable(zmalloc_usable(9, NULL), 24))

const struct contract_case fortify_cases[] = {
    {"fortify_extended", fortify_extended},
    {"fortify_usable", fortify_usable},
    {"fortify_stops_zmalloc", fortify_stops_zmalloc},
    {"fortify_stops_zcalloc", fortify_stops_zcalloc},
    {"fortify_stops_zcalloc_num", fortify_stops_zcalloc_num},
    {"fortify_stops_ztrymalloc", fortify_stops_ztrymalloc},
    {"fortify_stops_zrealloc", fortify_stops_zrealloc},
    {"fortify_stops_extend_to_usable", fortify_stops_extend_to_usable},
    {NULL, NULL}};
