// Valkey's names for four functions of zmalloc.h, which are not zlib's. In a build with the debug
// layer they are aliases of the C entrances.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
#if !DEBUG_LAYER
  import CZMallocABI

  /// As zmalloc.
  @c
  public func valkey_malloc(_ size: Int) -> UnsafeMutableRawPointer? {
    unsafe zmalloc(size)
  }

  /// As zcalloc.
  @c
  public func valkey_calloc(_ size: Int) -> UnsafeMutableRawPointer? {
    unsafe zcalloc(size)
  }

  /// As zrealloc.
  @c
  public func valkey_realloc(
    _ ptr: UnsafeMutableRawPointer?, _ size: Int
  ) -> UnsafeMutableRawPointer? {
    unsafe zrealloc(ptr, size)
  }

  /// As zfree.
  @c
  public func valkey_free(_ ptr: UnsafeMutableRawPointer?) {
    unsafe zfree(ptr)
  }
#endif
