// What Swift cannot say: storage with a fixed address, thread-locals, libc's names, machine
// instructions. Each piece says why it is C.
#ifndef CZMALLOC_H
#define CZMALLOC_H

#include "zmalloc_atomics.h"
#include "zmalloc_backend.h"
#include "zmalloc_campaign.h"
#include "zmalloc_counters.h"
#include "zmalloc_entrance.h"
#include "zmalloc_handler.h"
#include "zmalloc_layer.h"
#include "zmalloc_pages.h"
#include "zmalloc_probe.h"
#include "zmalloc_process.h"
#include "zmalloc_requests.h"
#include "zmalloc_sanitizer.h"
#include "zmalloc_scopes.h"
#include "zmalloc_signals.h"
#include "zmalloc_sizes.h"
#include "zmalloc_sweeps.h"
#include "zmalloc_system.h"
#include "zmalloc_world.h"

#endif
