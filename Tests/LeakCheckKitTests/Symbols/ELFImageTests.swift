// ELF files are read as far as they can be believed.
import Foundation
import Testing

@testable import LeakCheckKit

@Suite("ELF files")
struct ELFImageTests {
  let toolchain: Toolchain

  init() throws { toolchain = try Toolchain() }

  @Test("this test program has a machine, an interpreter or none, and functions")
  func own() {
    guard let image = ELFImage(path: "/proc/self/exe") else {
      Issue.record("the test program is no ELF file")
      return
    }
    #expect(image.type == 2 || image.type == 3)
    #expect(!image.segments.isEmpty)
    let symbols = ELFSymbols(image)
    #expect(symbols.defines("main"))
    #expect(!symbols.defines("no such function"))
    #expect(symbols.name(at: .max) == nil)
    #expect(symbols.name(at: 0) == nil)
  }

  @Test(
    "what is no ELF file is none",
    arguments: [
      "/etc/passwd", "/dev/zero", "/tmp", "/nowhere/at/all",
    ])
  func foreign(path: String) {
    if ELFImage(path: path) != nil { Issue.record("\(path) was taken for an ELF file") }
  }

  // A trap would end the tests of the whole process: the seeds are the same each time.
  @Test("a damaged ELF file never traps", arguments: 1...4)
  func damaged(seed: UInt64) throws {
    let path = try #require(
      toolchain.compile(
        "int one(void) { return 1; }\nint main(void) { return one() - 1; }",
        name: "damaged\(seed)"))
    let original = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    var generator = SeededGenerator(state: seed)
    let copy = path + ".copy"
    for round in 0..<100 {
      var bytes = original
      for _ in 0..<8 {
        // Headers and the section table are where the lies matter.
        let place =
          Bool.random(using: &generator)
          ? Int.random(in: 0..<0x400, using: &generator)
          : bytes.count - Int.random(in: 1...0x800, using: &generator)
        bytes[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &generator) ?? 0
      }
      bytes.replaceSubrange(0..<6, with: original[0..<6])
      if round % 5 == 0 {
        bytes.removeLast(Int.random(in: 0..<(bytes.count - 64), using: &generator))
      }
      try Data(bytes).write(to: URL(fileURLWithPath: copy))
      guard let image = ELFImage(path: copy) else { continue }
      _ = image.buildID()
      let symbols = ELFSymbols(image)
      for address in stride(from: UInt64(0), to: 0x4000, by: 0x40) { _ = symbols.name(at: address) }
    }
  }
}

/// Numbers that a seed gives again: SplitMix64 of Steele, Lea and Flood.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
