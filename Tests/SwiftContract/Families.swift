// The functions that allocate and that resize, brought to one shape each, so that a case is put to
// all of them.

import ZMalloc

/// A function that allocates.
@safe
struct Family: Sendable {
  let name: String
  let allocate: @Sendable (Int) -> UnsafeMutableRawBufferPointer?
  /// Whether the bytes are zero, up to the usable size.
  var isZeroed = false

  /// All of them, in the order of the C program.
  static let all: [Family] = unsafe [
    Family(name: "zmalloc", allocate: { unsafe told(zmalloc($0)) }),
    unsafe Family(name: "zcalloc", allocate: { unsafe told(zcalloc($0)) }, isZeroed: true),
    unsafe Family(
      name: "zcalloc_num", allocate: { unsafe told(zcalloc_num($0, 1)) }, isZeroed: true),
    unsafe Family(name: "zmalloc_usable", allocate: { unsafe zmalloc_usable($0) }),
    unsafe Family(name: "zcalloc_usable", allocate: { unsafe zcalloc_usable($0) }, isZeroed: true),
    unsafe Family(name: "zrealloc", allocate: { unsafe told(zrealloc(nil, $0)) }),
    unsafe Family(name: "zrealloc_usable", allocate: { unsafe zrealloc_usable(nil, $0) }),
    unsafe Family(name: "ztrymalloc", allocate: { unsafe told(ztrymalloc($0)) }),
    unsafe Family(name: "ztrycalloc", allocate: { unsafe told(ztrycalloc($0)) }, isZeroed: true),
    unsafe Family(
      name: "ztrycalloc_num", allocate: { unsafe told(ztrycalloc_num($0, 1)) }, isZeroed: true),
    unsafe Family(name: "ztrymalloc_usable", allocate: { unsafe ztrymalloc_usable($0) }),
    unsafe Family(
      name: "ztrycalloc_usable", allocate: { unsafe ztrycalloc_usable($0) }, isZeroed: true),
    unsafe Family(name: "ztryrealloc", allocate: { unsafe told(ztryrealloc(nil, $0)) }),
    unsafe Family(name: "ztryrealloc_usable", allocate: { unsafe ztryrealloc_usable(nil, $0) }),
  ]
}

/// A function that resizes.
@safe
struct Resizing: Sendable {
  let name: String
  let resize: @Sendable (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawBufferPointer?

  /// All of them, in the order of the C program.
  static let all: [Resizing] = unsafe [
    Resizing(name: "zrealloc", resize: { unsafe told(zrealloc($0, $1)) }),
    unsafe Resizing(name: "zrealloc_usable", resize: { unsafe zrealloc_usable($0, $1) }),
    unsafe Resizing(name: "ztryrealloc", resize: { unsafe told(ztryrealloc($0, $1)) }),
    unsafe Resizing(name: "ztryrealloc_usable", resize: { unsafe ztryrealloc_usable($0, $1) }),
  ]
}

/// A block whose function does not tell the usable size.
func told(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawBufferPointer? {
  guard let pointer = unsafe pointer else { return nil }
  return unsafe UnsafeMutableRawBufferPointer(start: pointer, count: zmalloc_usable_size(pointer))
}

/// Writes all bytes of a block.
func fill(_ buffer: UnsafeMutableRawBufferPointer?, _ byte: UInt8) {
  guard let buffer = unsafe buffer else { return }
  unsafe buffer.initializeMemory(as: UInt8.self, repeating: byte)
}
