// ZMallocDebug
