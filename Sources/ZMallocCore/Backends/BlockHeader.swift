// The 16 bytes before a block of the prefix variant, and whether a pointer has them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

#if PREFIX && !JEMALLOC && !MIMALLOC && !TCMALLOC
  import CZMalloc

  /// What stands before a block: its size, and how far libc's block begins before it.
  @frozen
  public struct BlockHeader {
    /// The request.
    public let byteCount: Int
    /// From libc's block to the caller's bytes: 16, or the block's alignment.
    public let distance: Int

    /// A header to write.
    @inlinable
    init(byteCount: Int, distance: Int) {
      self.byteCount = byteCount
      self.distance = distance
    }

    /// The header of a block of ours.
    @inlinable
    init(before pointer: UnsafeMutableRawPointer) {
      byteCount = unsafe (pointer - 16).load(as: Int.self)
      let word = unsafe (pointer - 8).load(as: UInt.self)
      distance = 16 << Int(bitPattern: word & 63)
    }

    /// Writes the header of a block into libc's block.
    ///
    /// - Returns: Where the caller's bytes begin.
    @inlinable @inline(__always)
    func write(into base: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
      let pointer = unsafe base + distance
      unsafe (pointer - 16).storeBytes(of: byteCount, as: Int.self)
      // From libc's address: then the sum has one constant.
      let address = UInt(bitPattern: base) &+ UInt(bitPattern: distance)
      unsafe (pointer - 8).storeBytes(of: word(address), as: UInt.self)
      return unsafe pointer
    }

    /// A freed block's header is none: libc leaves it as it is.
    @inlinable
    static func clear(before pointer: UnsafeMutableRawPointer) {
      unsafe (pointer - 8).storeBytes(of: 0, as: UInt.self)
    }

    /// Whether libc's block begins right before the header of this one.
    @inlinable @inline(__always)
    static func isNear(_ pointer: UnsafeMutableRawPointer) -> Bool {
      unsafe (pointer - 8).load(as: UInt8.self) & 63 == 0
    }

    /// The tag, a sum with the address, above the logarithm of the distance in units of 16.
    ///
    /// A multiple of 16 leaves six bits free when it is shifted by two, and an address of a program
    /// loses none. What libc keeps in this place before its own blocks, their size, is never so
    /// large a number as the sum.
    @inlinable
    func word(_ address: UInt) -> UInt {
      (address << 2) &+ (0xB79B_0000_0000_0000 &+ UInt(distance.trailingZeroBitCount &- 4))
    }
  }

  extension Allocator {
    /// The usable size of a pointer that is perhaps a block of ours; nil when it is none.
    ///
    /// Reads the 16 bytes before it. Those of a foreign pointer at the start of a page need not be
    /// mapped: the kernel is asked to read them.
    public static func usableByteCount(ifBlock pointer: UnsafeMutableRawPointer) -> Int? {
      let address = UInt(bitPattern: pointer)
      guard address & 15 == 0, address > 4096 else { return nil }
      if address & 4095 == 0, unsafe !zmalloc_can_read(pointer - 16, 16) { return nil }
      let header = unsafe BlockHeader(before: pointer)
      let word = unsafe (pointer - 8).load(as: UInt.self)
      return header.word(address) == word ? header.byteCount : nil
    }
  }

  /// Whether a pointer is a block with a header, for the C entrance of libc's name.
  @c @implementation
  public func zmalloc_has_header(
    _ pointer: UnsafeMutableRawPointer?, _ usable: UnsafeMutablePointer<Int>?
  ) -> Bool {
    guard let pointer = unsafe pointer, let usable = unsafe usable,
      let byteCount = unsafe Allocator.usableByteCount(ifBlock: pointer)
    else { return false }
    unsafe usable.pointee = byteCount
    return true
  }
#endif
