// What the program reads from its standard input: spooled once, the same in every run, and kept for
// whoever looks at a finding later.
import Glibc
import LeakCheckKit

/// What the program reads from its standard input, for every run anew.
enum InputSpool {
  /// How much of a stream is kept.
  static let byteLimit = 1 << 30

  /// Makes the standard input of this process one that can be read again and again.
  ///
  /// - Returns: A file at its start; a terminal or a closed stream gives an empty one, and a
  ///   sentence.
  static func make() throws(Refusal) -> (file: MemoryFile, remark: String?) {
    let file = try MemoryFile()
    if isatty(STDIN_FILENO) == 1 {
      return (file, "the terminal is not read: the program gets an empty standard input")
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while true {
      let got = unsafe read(STDIN_FILENO, &chunk, chunk.count)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { break }
      total += got
      guard total <= byteLimit else {
        throw Refusal("cannot keep the standard input: it has more than 1 GiB")
      }
      var done = 0
      while done < got {
        let wrote = unsafe chunk[done..<got].withUnsafeBytes {
          unsafe write(file.descriptor, $0.baseAddress, $0.count)
        }
        guard wrote > 0 else {
          throw Refusal("cannot keep the standard input: \(SystemError.text(errno))")
        }
        done += wrote
      }
    }
    file.rewind()
    return (file, nil)
  }

  /// The input that an earlier campaign kept.
  ///
  /// - Throws: A sentence when it is not there, or is another.
  static func kept(at path: String, digest: String) throws(Refusal) -> MemoryFile {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw Refusal(
        "cannot read \(path), the campaign's standard input: \(SystemError.text(errno))")
    }
    let file = MemoryFile(taking: opened)
    guard Self.digest(file) == digest else {
      throw Refusal("\(path) is not the standard input that the campaign had")
    }
    return file
  }

  /// Keeps the input beside the campaign's file, for who goes on or looks again.
  static func keep(_ file: MemoryFile, at path: String) throws(Refusal) {
    let opened = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard opened >= 0 else {
      throw Refusal("cannot keep the standard input in \(path): \(SystemError.text(errno))")
    }
    defer { close(opened) }
    do throws(SystemError) { try OutputFile.write(file.bytes(), to: opened, path) } catch {
      throw Refusal("cannot keep the standard input: \(error)")
    }
  }

  /// A digest of a file: how many bytes and FNV-1a (Fowler, Noll, Vo) over them; empty for none.
  static func digest(_ file: MemoryFile) -> String {
    let bytes = file.bytes()
    guard !bytes.isEmpty else { return "" }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return "\(bytes.count)-\(String(hash, radix: 16))"
  }
}
