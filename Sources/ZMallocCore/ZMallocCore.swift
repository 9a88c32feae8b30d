// ZMallocCore
