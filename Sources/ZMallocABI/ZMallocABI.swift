// ZMallocABI
