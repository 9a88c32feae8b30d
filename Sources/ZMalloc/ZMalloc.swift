// ZMalloc
