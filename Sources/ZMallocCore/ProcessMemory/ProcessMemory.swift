// What the kernel says of a process's memory, read from /proc without allocating.
//
// Where a file cannot be read, errno is as open or read left it; else it is not touched.

import CZMalloc

/// The memory of a process, and of the machine.
public enum ProcessMemory {
  /// The resident bytes of this process; 0 when /proc does not say.
  public static var residentByteCount: Int {
    // Field 24 is `rss`, in pages.
    guard let pages = statusField(24) else { return 0 }
    return Int(pages) &* zmalloc_page_size()
  }

  /// Field `number` of /proc/self/stat, counted from 1 as in proc(5).
  ///
  /// - Returns: Its number; `nil` for the first two, for one that is absent or no number, and when
  ///   the file cannot be read.
  public static func statusField(_ number: Int) -> Int64? {
    var path = ShortText()
    path.append("/proc/self/stat")
    var field = StatField(number: number)
    read(&path) { field.take($0) }
    return field.value
  }

  /// The sum of a field over all mappings of a process, in bytes.
  ///
  /// - Parameters:
  ///   - field: Its name with the colon, such as `Rss:`.
  ///   - process: The process's id; -1 is this process.
  /// - Returns: 0 when there is no such field, and when the process's file cannot be read.
  /// - Complexity: The kernel walks all pages of the process: a second for many gigabytes.
  public static func mappedByteCount(
    _ field: UnsafePointer<CChar>, process: Int
  ) -> Int {
    let count = unsafe zmalloc_string_length(field)
    return unsafe field.withMemoryRebound(to: UInt8.self, capacity: count) {
      unsafe mappedByteCount(Span(_unsafeStart: $0, count: count), process)
    }
  }

  /// The bytes that only the process has, and has written; 0 when its file cannot be read.
  public static func privateDirtyByteCount(process: Int) -> Int {
    let field: StaticString = "Private_Dirty:"
    let name = unsafe Span(_unsafeStart: field.utf8Start, count: field.utf8CodeUnitCount)
    return mappedByteCount(name, process)
  }

  private static func mappedByteCount(_ field: Span<UInt8>, _ process: Int) -> Int {
    var path = ShortText()
    path.append("/proc/")
    if process == -1 { path.append("self") } else { path.append(process) }
    path.append("/smaps")
    var sum = MappingSum()
    read(&path) { sum.take($0, field: field) }
    return Int(truncatingIfNeeded: sum.byteCount)
  }

  /// The machine's memory in bytes; 0 when the system does not say.
  public static var physicalByteCount: Int {
    let pages = zmalloc_physical_page_count()
    let pageSize = zmalloc_page_size()
    return pages > 0 && pageSize > 0 ? pages &* pageSize : 0
  }

  /// Hands a file's bytes to `take`, piece by piece; none when it cannot be read.
  private static func read(_ path: inout ShortText, _ take: (Span<UInt8>) -> Void) {
    let descriptor = unsafe path.withBytes { start, _ in
      unsafe zmalloc_open_read(start.assumingMemoryBound(to: CChar.self))
    }
    guard descriptor >= 0 else { return }
    defer { zmalloc_close(descriptor) }
    // A page: the kernel fills no more in one call.
    var buffer = InlineArray<4096, UInt8>(repeating: 0)
    while true {
      let got = unsafe withUnsafeMutableBytes(of: &buffer) {
        unsafe zmalloc_read(descriptor, $0.baseAddress, $0.count)
      }
      guard got > 0 else { return }
      take(buffer.span.extracting(first: got))
    }
  }
}

// The preload library is libc's heap, and goes down to it elsewhere.
#if !PRELOAD
  /// Libc's heap beside the z-functions' blocks.
  public enum LibcHeap {
    /// Frees what libc itself allocated; nil is a no-op.
    public static func free(_ pointer: UnsafeMutableRawPointer?) {
      unsafe zmalloc_free_for_libc(pointer)
    }

    /// Gives the free pages of libc's heap back to the system, where libc can do that.
    public static func trim() {
      zmalloc_trim_libc()
    }
  }
#endif
