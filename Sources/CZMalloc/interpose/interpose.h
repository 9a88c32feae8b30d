// The names of libc that the layer stands in front of besides malloc: in the preload library and in
// the debug C library, not in a Swift program, where a definition in the executable would not reach
// the libraries.
#ifndef ZMALLOC_INTERPOSE_H
#define ZMALLOC_INTERPOSE_H

#if defined(DEBUG_LAYER) && defined(EMBEDDED)
#define ZMALLOC_INTERPOSES 1
#endif

#define ZMALLOC_EXPORT __attribute__((visibility("default")))

#endif
