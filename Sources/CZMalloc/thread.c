#include "CZMalloc.h"
