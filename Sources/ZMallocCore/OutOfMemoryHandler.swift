// The out-of-memory handler: the program's, or one line on standard error and abort.

import CZMalloc

/// The out-of-memory handler.
public enum OutOfMemoryHandler {
  /// A handler: gets the size that could not be had, `SIZE_MAX` for an overflowing product.
  public typealias Function = @convention(c) (Int) -> Void

  /// Calls the program's handler, or ends the process.
  @usableFromInline
  static func call(_ size: Int) {
    if let handler = zmalloc_load_handler() {
      // The handler may allocate: redis's prints a whole report. No failure is injected meanwhile.
      zmalloc_call_handler(handler, size)
      return
    }
    end(size)
  }

  /// Installs a handler; nil restores the default.
  public static func set(_ handler: Function?) {
    zmalloc_store_handler(handler)
  }

  /// The default: one line on standard error, in one piece, then abort.
  private static func end(_ size: Int) {
    var line = ShortText()
    line.append("zmalloc: Out of memory trying to allocate ")
    line.append(UInt(bitPattern: size))
    line.append(" bytes\n")
    unsafe line.withBytes { unsafe _ = zmalloc_write(2, $0, $1) }
    zmalloc_abort()
  }
}
