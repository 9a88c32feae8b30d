// libc's allocator where it cannot say how large a block is: 16 bytes before each block hold the
// request, and the way back to libc's block.
//
//   libc's block                      the caller's bytes
//   | … | size:8 | tag, distance:8 | exactly the request |
//
// `distance` is how far the caller's bytes are from libc's block, 16 or the alignment, as a
// logarithm in units of 16. The tag is made of the address: what was not given out here has
// another one.

#if PREFIX && !JEMALLOC && !MIMALLOC && !TCMALLOC
  public import CZMalloc

  /// The allocator below: libc, with a header before each block.
  @frozen
  public enum Allocator {
    /// A block of zero bytes has none that may be written.
    @inlinable public static var leastByteCount: Int { 0 }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 16 }

    /// Bytes that are not initialised.
    @inlinable
    public static func allocate(_ byteCount: Int) -> Block? {
      unsafe labelled(zmalloc_backend_malloc(asked(byteCount)), byteCount, headerByteCount)
    }

    /// Bytes that are zero.
    @inlinable
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      unsafe labelled(zmalloc_backend_calloc(asked(byteCount)), byteCount, headerByteCount)
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      let distance = max(alignment, headerByteCount)
      // Past half of the address space libc refuses it.
      let total = byteCount &+ distance
      return unsafe labelled(zmalloc_backend_aligned(distance, total), byteCount, distance)
    }

    /// The start of a block of an ordinary size.
    @inlinable @inline(__always)
    static func startOfOrdinary(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe ordinary(zmalloc_backend_malloc(size &+ headerByteCount), size)
    }

    /// The same, zeroed.
    @inlinable @inline(__always)
    static func startOfOrdinaryZeroed(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe ordinary(zmalloc_backend_calloc(size &+ headerByteCount), size)
    }

    @inlinable @inline(__always)
    static func ordinary(
      _ base: UnsafeMutableRawPointer?, _ size: Int
    ) -> UnsafeMutableRawPointer? {
      guard unsafe isThere(base) else { return nil }
      let header = BlockHeader(byteCount: size, distance: headerByteCount)
      return unsafe header.write(into: base.unsafelyUnwrapped)
    }

    /// What has fewer bytes gets more of libc.
    @inlinable static var leastOrdinaryByteCount: Int { MemoryLayout<Int>.size }

    /// The size of such a block.
    @inlinable @inline(__always)
    static func usableByteCount(ofOrdinary size: Int) -> Int { size }

    /// Gives a block back and counts it.
    @inlinable @inline(__always)
    static func free(
      _ pointer: UnsafeMutableRawPointer?, counting counter: OpaquePointer
    ) -> Int {
      guard let pointer = unsafe pointer else { return 0 }
      let usable = unsafe usableByteCount(pointer)
      unsafe zmalloc_add_freed(counter, UsedMemory.counts(usable))
      unsafe free(pointer, usableByteCount: usable)
      return usable
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      let old = unsafe BlockHeader(before: pointer)
      guard old.distance == headerByteCount else {
        // libc's realloc would move the bytes to where the distance no longer leads.
        return unsafe moved(pointer, old, byteCount)
      }
      let start = unsafe zmalloc_backend_realloc(
        pointer - headerByteCount, asked(byteCount))
      return unsafe labelled(start, byteCount, headerByteCount)
    }

    @usableFromInline
    static func moved(
      _ pointer: UnsafeMutableRawPointer, _ old: BlockHeader, _ byteCount: Int
    ) -> Block? {
      guard let block = allocate(byteCount) else { return nil }
      unsafe zmalloc_copy(block.start, pointer, min(old.byteCount, byteCount))
      unsafe free(pointer, usableByteCount: old.byteCount)
      return block
    }

    /// Gives a block back.
    ///
    /// Its header says where it begins, and is a block's no more. Nearly always that is right
    /// before the header: where it is taken for granted, libc need not wait until the header is
    /// read.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      guard unsafe _fastPath(BlockHeader.isNear(pointer)) else {
        unsafe freeFar(pointer)
        return
      }
      unsafe BlockHeader.clear(before: pointer)
      unsafe zmalloc_backend_free(pointer - headerByteCount)
    }

    @usableFromInline @inline(never)
    static func freeFar(_ pointer: UnsafeMutableRawPointer) {
      let distance = unsafe BlockHeader(before: pointer).distance
      unsafe BlockHeader.clear(before: pointer)
      unsafe zmalloc_backend_free(pointer - distance)
    }

    /// The bytes of a block that may be written: the request.
    @inlinable
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe BlockHeader(before: pointer).byteCount
    }

    /// libc is asked for eight bytes at least behind the header, as redis does.
    @inlinable
    static func asked(_ byteCount: Int) -> Int {
      // Past half of the address space libc refuses it.
      max(byteCount, MemoryLayout<Int>.size) &+ headerByteCount
    }

    @inlinable @inline(__always)
    static func labelled(
      _ base: UnsafeMutableRawPointer?, _ byteCount: Int, _ distance: Int
    ) -> Block? {
      guard let base = unsafe base else { return nil }
      let start = unsafe BlockHeader(byteCount: byteCount, distance: distance).write(into: base)
      return unsafe Block(start: start, usableByteCount: byteCount)
    }
  }
#endif
