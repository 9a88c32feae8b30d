// The layer's way down: libc's allocator, by the names that are libc's own where the public ones
// are ours.
#if DEBUG_LAYER
  import CZMalloc

  /// The allocator below.
  @safe
  enum Below {
    static func allocate(_ byteCount: UInt, alignment: UInt, zeroed: Bool) -> UInt? {
      #if PRELOAD
        let block =
          alignment > 16
          ? unsafe zmalloc_libc_aligned(Int(alignment), Int(byteCount))
          : zeroed
            ? unsafe zmalloc_libc_calloc(Int(byteCount))
            : unsafe zmalloc_libc_malloc(Int(byteCount))
      #else
        let block =
          alignment > 16
          ? unsafe zmalloc_backend_aligned(Int(alignment), Int(byteCount))
          : zeroed
            ? unsafe zmalloc_backend_calloc(Int(byteCount))
            : unsafe zmalloc_backend_malloc(Int(byteCount))
      #endif
      guard let block = unsafe block else { return nil }
      // The aligned call has no zeroed twin.
      if alignment > 16 && zeroed { unsafe zmalloc_fill(block, 0, Int(byteCount)) }
      return UInt(bitPattern: block)
    }

    static func reallocate(_ address: UInt, _ byteCount: UInt) -> UInt? {
      #if PRELOAD
        let block = unsafe zmalloc_libc_realloc(Memory.pointer(address), Int(byteCount))
      #else
        let block = unsafe zmalloc_backend_realloc(Memory.pointer(address), Int(byteCount))
      #endif
      return unsafe block.map { UInt(bitPattern: $0) }
    }

    static func free(_ address: UInt) {
      #if PRELOAD
        unsafe zmalloc_libc_free(Memory.pointer(address))
      #else
        unsafe zmalloc_backend_free(Memory.pointer(address))
      #endif
    }
  }
#endif
