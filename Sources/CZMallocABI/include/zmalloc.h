// The contract of swift-zmalloc for C programs.
