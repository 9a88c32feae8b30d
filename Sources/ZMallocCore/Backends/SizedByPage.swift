// Allocators that have to be asked for the size of a block at each free, and whose pages hold
// blocks of one size: what the last allocation in a page said is looked at first.

#if JEMALLOC || MIMALLOC || TCMALLOC
  public import CZMalloc

  extension Allocator {
    /// Notes the size of a new block.
    @inlinable @inline(__always)
    static func remember(_ start: UnsafeMutableRawPointer, _ usableByteCount: Int) {
      unsafe zmalloc_remember_size(start, usableByteCount, pageShift)
    }

    #if !DEBUG_LAYER
      /// Gives a block back and counts it.
      ///
      /// By the free that looks for itself: a pointer that was never given out here makes the used
      /// memory wrong, not the allocator's lists. Of nil too: its entry has no size, or is another
      /// page's, so that no comparison is spent on it.
      @inlinable @inline(__always)
      static func free(
        _ pointer: UnsafeMutableRawPointer?, counting counter: OpaquePointer
      ) -> Int {
        let entry = unsafe zmalloc_page_entry(pointer, pageShift)
        // Displaced, or a page whose blocks differ.
        guard unsafe zmalloc_entry_is_of(entry, pointer) else {
          return unsafe QuickPath.freeSlowly(pointer)
        }
        let usable = zmalloc_entry_size(entry)
        unsafe zmalloc_add_freed(counter, UsedMemory.counts(usable))
        unsafe giveBack(pointer)
        return usable
      }
    #endif
  }
#endif
