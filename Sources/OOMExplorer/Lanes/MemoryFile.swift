// A file without a name: what a run prints, and what it reads.
import CLinux
import Glibc
import LeakCheckKit

/// A file in memory; it closes itself.
@safe
final class MemoryFile {
  let descriptor: CInt

  init() throws(Refusal) {
    descriptor = unsafe clinux_memory_file("zleakcheck-stream")
    guard descriptor >= 0 else {
      throw Refusal("cannot make a file in memory: \(SystemError.text(errno))")
    }
  }

  /// Takes a descriptor over.
  init(taking descriptor: CInt) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Empties it and goes back to its start.
  func empty() {
    ftruncate(descriptor, 0)
    lseek(descriptor, 0, SEEK_SET)
  }

  /// Goes back to its start.
  func rewind() { lseek(descriptor, 0, SEEK_SET) }

  /// How many bytes it holds.
  var byteCount: Int {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Its bytes, at most `limit`.
  func bytes(limit: Int = .max) -> [UInt8] {
    let count = min(byteCount, limit)
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let start = buffer.baseAddress {
        let got = unsafe pread(descriptor, start + filled, count - filled, off_t(filled))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { return }
        filled += got
      }
    }
  }

  /// Whether it holds exactly these bytes.
  func holds(_ expected: [UInt8]) -> Bool {
    byteCount == expected.count && bytes() == expected
  }

  /// Whether who writes next goes on behind what it holds.
  var isAtEnd: Bool { Int(lseek(descriptor, 0, SEEK_CUR)) == byteCount }

  /// Fills it, which is empty, with what another file holds; its place is behind that.
  func fill(from other: MemoryFile) { fill(other.bytes()) }

  /// Fills it, which is empty, with bytes; its place is behind them.
  func fill(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let wrote = unsafe bytes[done...].withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      guard wrote > 0 else { return }
      done += wrote
    }
  }
}
