// Plain loads and stores by address: with the arenas, the only place of the layer that turns
// numbers into pointers. Everything else sees addresses, sizes and ids.
#if DEBUG_LAYER
  import CZMalloc

  /// Memory by address.
  ///
  /// Unchecked: the caller knows that the bytes are there and are its own.
  @safe
  enum Memory {
    static let pageSize: UInt = 4096

    @inline(__always)
    static func pointer(_ address: UInt) -> UnsafeMutableRawPointer {
      // Never nil: no caller passes address 0.
      unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    @inline(__always)
    static func load64(_ address: UInt) -> UInt64 {
      unsafe pointer(address).loadUnaligned(as: UInt64.self)
    }

    @inline(__always)
    static func store64(_ address: UInt, _ value: UInt64) {
      unsafe pointer(address).storeBytes(of: value, as: UInt64.self)
    }

    @inline(__always)
    static func load32(_ address: UInt) -> UInt32 {
      unsafe pointer(address).loadUnaligned(as: UInt32.self)
    }

    @inline(__always)
    static func store32(_ address: UInt, _ value: UInt32) {
      unsafe pointer(address).storeBytes(of: value, as: UInt32.self)
    }

    @inline(__always)
    static func load8(_ address: UInt) -> UInt8 {
      unsafe pointer(address).load(as: UInt8.self)
    }

    @inline(__always)
    static func store8(_ address: UInt, _ value: UInt8) {
      unsafe pointer(address).storeBytes(of: value, as: UInt8.self)
    }

    @inline(__always)
    static func word32(_ address: UInt) -> UnsafeMutablePointer<UInt32> {
      unsafe pointer(address).assumingMemoryBound(to: UInt32.self)
    }

    @inline(__always)
    static func word64(_ address: UInt) -> UnsafeMutablePointer<UInt64> {
      unsafe pointer(address).assumingMemoryBound(to: UInt64.self)
    }

    @inline(__always)
    static func acquire32(_ address: UInt) -> UInt32 { unsafe zmalloc_load32(word32(address)) }

    @inline(__always)
    static func release32(_ address: UInt, _ value: UInt32) {
      unsafe zmalloc_store32(word32(address), value)
    }

    @inline(__always)
    static func swap32(_ address: UInt, from expected: UInt32, to desired: UInt32) -> Bool {
      unsafe zmalloc_swap32(word32(address), expected, desired)
    }

    static func fill(_ address: UInt, _ byte: UInt8, _ byteCount: UInt) {
      unsafe zmalloc_fill(pointer(address), Int32(byte), Int(byteCount))
    }

    static func copy(to: UInt, from: UInt, _ byteCount: UInt) {
      unsafe zmalloc_copy(pointer(to), pointer(from), Int(byteCount))
    }

    /// The place of the first byte that differs from `byte`, or nil.
    static func firstOther(than byte: UInt8, _ address: UInt, _ byteCount: UInt) -> UInt? {
      guard byteCount > 0 else { return nil }
      // A run of one byte equals itself, shifted by one: libc compares with wide registers.
      if load8(address) == byte {
        let equal = unsafe zmalloc_compare(
          pointer(address), pointer(address + 1), Int(byteCount - 1))
        if equal == 0 { return nil }
      }
      var at = address
      while load8(at) == byte { at += 1 }
      return at
    }

    /// The place after the last byte that differs from `byte`; the caller knows that one does.
    static func afterLastOther(than byte: UInt8, _ address: UInt, _ byteCount: UInt) -> UInt {
      var end = address + byteCount
      while end > address && load8(end - 1) == byte { end -= 1 }
      return end
    }

    /// Maps zeroed pages, or returns nil.
    ///
    /// `byteCount` is rounded up to pages.
    static func map(_ byteCount: UInt) -> UInt? {
      let rounded = (byteCount + pageSize - 1) & ~(pageSize - 1)
      if let at = Scratch.take(rounded) ?? Region.take(rounded) { return at }
      guard let at = unsafe zmalloc_map(Int(rounded)) else { return nil }
      let address = UInt(bitPattern: at)
      OwnMappings.add(address, rounded)
      return address
    }

    /// Unmaps what ``map(_:)`` mapped; 0 stands for what it did not.
    static func unmap(_ address: UInt, _ byteCount: UInt) {
      if address == 0 || Scratch.holds(address) { return }
      let rounded = (byteCount + pageSize - 1) & ~(pageSize - 1)
      if Region.giveBack(address, rounded) { return }
      OwnMappings.remove(address)
      unsafe zmalloc_unmap(pointer(address), Int(rounded))
    }
  }
#endif
