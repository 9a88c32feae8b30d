#include "ZMallocPreload.h"
