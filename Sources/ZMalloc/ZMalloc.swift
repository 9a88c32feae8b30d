// What a program may ask of the debug layer.

import ZMallocCore

#if DEBUG_LAYER
  import CZMalloc
#endif

/// The debug layer, as a program sees it.
///
/// In a production build it is not there, and says so.
public enum ZMalloc {
  /// Whether the layer watches this process: it is built in, and `ZMALLOC_DEBUG` switched it on.
  public static var isWatching: Bool {
    #if DEBUG_LAYER
      zmalloc_entrance_is_on()
    #else
      false
    #endif
  }

  /// The allocator below the fast path: `libc`, `jemalloc`, `mimalloc`, `tcmalloc`, or `prefix` for
  /// libc with a header before each block.
  ///
  /// A trait of the package chooses it.
  public static var allocatorName: String { "\(Backend.name)" }

  /// Looks at every block now, in use and freed: whether bytes changed that nobody may write.
  ///
  /// Damage is a violation, which ends the program unless `on-violation=continue` says otherwise.
  /// The report says between which operations it happened: since the last such look, or the
  /// allocation.
  ///
  /// - Returns: How many blocks were damaged; 0 when the layer does not watch.
  /// - Complexity: O(*n*) in the blocks in use and in quarantine.
  @discardableResult
  public static func check() -> Int {
    #if DEBUG_LAYER
      Int(zmalloc_entrance_check())
    #else
      0
    #endif
  }

  /// Marks this moment, so that a recording tells what was allocated since: `zleakcheck report
  /// --since N`.
  ///
  /// - Returns: The number of the mark, from 1; 0 when the layer does not watch.
  @discardableResult
  public static func mark() -> Int {
    #if DEBUG_LAYER
      Int(zmalloc_entrance_mark())
    #else
      0
    #endif
  }

  /// Writes what the layer knows now to a recording, for `zleakcheck report`.
  ///
  /// - Parameter path: The file; an older one is replaced.
  /// - Returns: Whether it was written; false when the layer does not watch.
  public static func writeRecording(to path: String) -> Bool {
    #if DEBUG_LAYER
      unsafe path.withCString { unsafe zmalloc_entrance_record($0) == 0 }
    #else
      false
    #endif
  }
}
