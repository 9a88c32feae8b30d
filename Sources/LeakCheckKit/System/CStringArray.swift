// A null-terminated array of C strings: what `posix_spawn` takes for arguments and environment.
import Glibc

/// An array of C strings that ends with a null pointer; it frees itself.
@safe package struct CStringArray: ~Copyable {
  private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

  /// Copies `strings`.
  package init(_ strings: [String]) {
    unsafe pointers = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      unsafe pointers.initializeElement(at: index, to: strdup(string))
    }
    unsafe pointers.initializeElement(at: strings.count, to: nil)
  }

  deinit {
    // By index: swift-format takes the mark out of `for unsafe pointer in`.
    for index in unsafe pointers.indices { unsafe free(pointers[index]) }
    unsafe pointers.deallocate()
  }

  /// Lends the array for the duration of `body`.
  package func withPointers<Result>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result? {
    guard let base = unsafe pointers.baseAddress else { return nil }
    return unsafe body(base)
  }
}

/// The environment of this process, each `NAME=value`.
package func currentEnvironment() -> [String] {
  var entries: [String] = []
  var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe environ
  while let entry = unsafe next.pointee {
    unsafe entries.append(String(cString: entry))
    unsafe next += 1
  }
  return entries
}
