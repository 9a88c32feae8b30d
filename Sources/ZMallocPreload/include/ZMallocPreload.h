// The preload library's names are libc's; nothing is declared here but the table by which a debug
// layer that is linked into the same program hands its blocks over.
#ifndef ZMALLOC_PRELOAD_H
#define ZMALLOC_PRELOAD_H

struct zmalloc_elsewhere;
extern const struct zmalloc_elsewhere zmalloc_preload_entrances;

#endif
