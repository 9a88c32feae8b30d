// jemalloc. A size class is a function of the request: `nallocx` says what `mallocx` will give, and
// the sized free finds the block's bin without a look at the block.

#if JEMALLOC
  public import CJemalloc

  /// The allocator below: jemalloc, by names that are its alone.
  @frozen
  public enum Allocator {
    /// jemalloc's class of 8 bytes is aligned to 8 only.
    @inlinable public static var leastByteCount: Int { 16 }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 0 }

    /// Bytes that are not initialised.
    @inlinable @inline(__always)
    public static func allocate(_ byteCount: Int) -> Block? {
      unsafe sized(mallocx(byteCount, 0), byteCount, 0)
    }

    /// Bytes that are zero.
    @inlinable @inline(__always)
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      unsafe sized(mallocx(byteCount, zeroFlag), byteCount, 0)
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      // MALLOCX_LG_ALIGN, which Swift does not import: the logarithm in the low bits.
      let flags = Int32(truncatingIfNeeded: alignment.trailingZeroBitCount)
      return unsafe sized(mallocx(byteCount, flags), byteCount, flags)
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      unsafe sized(rallocx(pointer, byteCount, 0), byteCount, 0)
    }

    /// Gives a block back, without a lookup.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      unsafe sdallocx(pointer, usableByteCount, 0)
    }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe sallocx(pointer, 0)
    }

    // MALLOCX_ZERO, which Swift does not import.
    @inlinable static var zeroFlag: Int32 { 0x40 }

    @inlinable @inline(__always)
    static func sized(
      _ start: UnsafeMutableRawPointer?, _ byteCount: Int, _ flags: Int32
    ) -> Block? {
      guard let start = unsafe start else { return nil }
      return unsafe Block(start: start, usableByteCount: nallocx(byteCount, flags))
    }
  }
#endif
