// Files in memory: what is written is read, from the start and again.
import Glibc
import Testing

@testable import OOMExplorer

private func append(_ text: String, to file: MemoryFile) {
  let bytes = Array(text.utf8)
  let wrote = unsafe bytes.withUnsafeBytes {
    unsafe write(file.descriptor, $0.baseAddress, $0.count)
  }
  #expect(wrote == bytes.count)
}

/// What a program that has this file as its standard input reads.
private func rest(of file: MemoryFile) -> String {
  var bytes = [UInt8](repeating: 0, count: 4096)
  let got = unsafe read(file.descriptor, &bytes, bytes.count)
  return String(decoding: bytes.prefix(max(0, got)), as: UTF8.self)
}

private func text(_ file: MemoryFile) -> String { String(decoding: file.bytes(), as: UTF8.self) }

@Suite struct MemoryFileTests {
  @Test func `a new file is empty`() throws {
    let file = try MemoryFile()
    #expect(file.byteCount == 0)
    #expect(file.bytes() == [])
    #expect(file.holds([]))
    #expect(!file.holds([0]))
  }

  @Test func `no program that is started inherits it by accident`() throws {
    let file = try MemoryFile()
    #expect(fcntl(file.descriptor, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test(arguments: [1, 7, 4095, 4096, 4097, 1 << 20])
  func `what was written is read, wherever the place in the file is`(count: Int) throws {
    let file = try MemoryFile()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    append(String(repeating: "x", count: count), to: file)
    file.rewind()
    let wrote = unsafe bytes.withUnsafeBytes {
      unsafe write(file.descriptor, $0.baseAddress, $0.count)
    }
    #expect(wrote == count)
    #expect(file.byteCount == count)
    #expect(file.holds(bytes))
    #expect(!file.holds(bytes.dropLast()))
    #expect(!file.holds(bytes.dropLast() + [bytes[count - 1] ^ 1]))
    #expect(file.bytes(limit: count / 2) == Array(bytes.prefix(count / 2)))
  }

  @Test func `reading its bytes does not move the place in it`() throws {
    let file = try MemoryFile()
    append("one", to: file)
    _ = file.bytes()
    append("two", to: file)
    #expect(text(file) == "onetwo")
  }

  @Test func `emptied it is empty, and written from its start`() throws {
    let file = try MemoryFile()
    append("a long line", to: file)
    file.empty()
    #expect(file.byteCount == 0)
    append("ab", to: file)
    #expect(text(file) == "ab")
  }

  @Test func `gone back to its start it is read again, and holds the same`() throws {
    let file = try MemoryFile()
    append("input", to: file)
    #expect(rest(of: file) == "")
    for _ in 0..<2 {
      file.rewind()
      #expect(rest(of: file) == "input")
    }
    #expect(file.byteCount == 5)
  }

  @Test func `filled from another it holds the same, and what follows is its own`() throws {
    let (file, other) = (try MemoryFile(), try MemoryFile())
    append("short", to: other)
    file.fill(from: other)
    #expect(text(file) == "short")
    append("er", to: file)
    #expect(text(file) == "shorter")
    #expect(text(other) == "short")
    let third = try MemoryFile()
    other.empty()
    third.fill(from: other)
    #expect(third.byteCount == 0)
  }

  @Test func `a descriptor that was taken over is closed with the file`() throws {
    let opened = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    let number = fcntl(opened, F_DUPFD_CLOEXEC, 700)
    close(opened)
    try #require(number >= 700)
    do {
      let file = MemoryFile(taking: number)
      #expect(file.byteCount == 0)
      #expect(file.bytes() == [])
      #expect(fcntl(number, F_GETFD) >= 0)
    }
    #expect(fcntl(number, F_GETFD) == -1)
  }
}
