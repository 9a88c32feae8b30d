// The out-of-memory handler: the program's, or one line on standard error and abort.

import CZMalloc

/// The out-of-memory handler.
public enum OutOfMemory {
  /// A handler: gets the size that could not be had, `SIZE_MAX` for an overflowing product.
  public typealias Handler = @convention(c) (Int) -> Void

  /// Calls the program's handler, or ends the process.
  @usableFromInline
  static func handle(_ size: Int) {
    if let handler = zmalloc_load_handler() {
      #if DEBUG_LAYER
        // The handler may allocate: redis's prints a whole report. No failure is injected while it
        // runs.
        zmalloc_entrance_suspend_faults(true)
        handler(size)
        zmalloc_entrance_suspend_faults(false)
      #else
        handler(size)
      #endif
      return
    }
    end(size)
  }

  /// Installs a handler; nil restores the default.
  public static func setHandler(_ handler: Handler?) {
    zmalloc_store_handler(handler)
  }

  /// The default: one line on standard error, then abort.
  private static func end(_ size: Int) {
    write("zmalloc: Out of memory trying to allocate ")
    writeDecimal(UInt(bitPattern: size))
    write(" bytes\n")
    zmalloc_abort()
  }

  private static func write(_ text: StaticString) {
    unsafe _ = zmalloc_write(2, text.utf8Start, text.utf8CodeUnitCount)
  }

  private static func writeDecimal(_ number: UInt) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = number
    var first = 20
    repeat {
      first -= 1
      digits[first] = UInt8(truncatingIfNeeded: 48 + rest % 10)
      rest /= 10
    } while rest > 0
    unsafe withUnsafeBytes(of: &digits) { bytes in
      if let start = bytes.baseAddress {
        unsafe _ = zmalloc_write(2, start + first, 20 - first)
      }
    }
  }
}

/// Used memory, as the contract counts it.
public enum UsedMemory {
  /// Bytes in use: the sum over all threads, never below zero.
  public static var byteCount: Int { Int(zmalloc_count_total()) }
  /// The most bytes in use at once, sampled after each 100 KiB of a thread's growth.
  public static var peakByteCount: Int { Int(zmalloc_count_peak()) }
}
