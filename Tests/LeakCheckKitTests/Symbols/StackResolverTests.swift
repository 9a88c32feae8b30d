// Addresses of a real program become functions, lines and inlined frames, or say why not.
import Foundation
import Recording
import Testing

@testable import LeakCheckKit

@Suite("Resolving stacks")
struct StackResolverTests {
  let toolchain: Toolchain

  init() throws { toolchain = try Toolchain() }

  static let source = """
    #include <stdlib.h>
    static inline __attribute__((always_inline)) void *inner(size_t n) {
      return malloc(n);
    }
    __attribute__((noinline)) void *outer(size_t n) {
      void *p = inner(n);
      __asm__ volatile("" : : "r"(p) : "memory");
      return p;
    }
    int main(void) { return outer(3) == 0; }
    """

  /// A recording whose one stack is every byte of `outer`, as exact single frames.
  private func recording(of path: String, buildID: [UInt8]? = nil) throws -> Recording {
    guard let image = ELFImage(path: path) else { throw Refusal("no ELF file at \(path)") }
    let symbols = ELFSymbols(image)
    let addresses = (UInt64(0x1000)..<0x2000).filter { symbols.name(at: $0) == "outer" }
    try #require(!addresses.isEmpty)
    var recording = Recording()
    let bias: UInt64 = 0x5555_0000_0000
    recording.modules = [
      Module(
        start: bias, end: bias + 0x10_0000, bias: bias, path: Array(path.utf8),
        buildID: buildID ?? image.buildID(), flags: ModuleHead.isProgram)
    ]
    recording.stacks = StackTable([1: addresses.map { $0 + bias + 1 }])
    return recording
  }

  @Test("a symbolizer gives functions, lines and inlined frames")
  func lines() throws {
    let path = try #require(toolchain.compile(Self.source, name: "lines"))
    let tool = try #require(SymbolizerSearch.find())
    var resolver = StackResolver(try recording(of: path), symbolizer: LLVMSymbolizer(path: tool))
    resolver.prepare([1])
    let frames = resolver.stack(1).frames
    #expect(resolver.notes.isEmpty)
    let inlined = try #require(frames.first { $0.isInlined })
    #expect(inlined.function == "inner")
    #expect(inlined.location?.line == 3)
    #expect(frames.contains { $0.function == "outer" && !$0.isInlined && $0.location?.line == 6 })
    #expect(frames.allSatisfy { $0.origin == .program })
    #expect(frames.first?.location?.file.hasSuffix(".c") == true)
  }

  @Test("without a symbolizer there are names from the file, and a note")
  func names() throws {
    let path = try #require(toolchain.compile(Self.source, name: "names"))
    var resolver = StackResolver(try recording(of: path), symbolizer: nil)
    resolver.prepare([1])
    #expect(resolver.stack(1).frames.allSatisfy { $0.function == "outer" && $0.location == nil })
    #expect(resolver.notes.count == 1)
    #expect(resolver.notes.first?.hasPrefix("no source lines: no llvm-symbolizer") == true)
  }

  @Test("a file that was rebuilt gives no names, and a note")
  func rebuilt() throws {
    let path = try #require(toolchain.compile(Self.source, name: "rebuilt"))
    let recording = try recording(of: path, buildID: [1, 2, 3])
    var resolver = StackResolver(
      recording, symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) })
    resolver.prepare([1])
    #expect(resolver.stack(1).frames.allSatisfy { $0.function == nil })
    #expect(resolver.notes.first?.contains("was rebuilt") == true)
  }

  @Test(
    "a symbolizer that fails, hangs, babbles or never reads costs lines, not the report",
    arguments: [
      ("exit 3", "failed"), ("exec sleep 1000", "hung"),
      ("cat >/dev/null; echo nonsense; exit 0", nil),
      ("yes", "hung"), ("exec 0<&-; exec sleep 1000", "hung"),
    ])
  func bad(script: String, note: String?) throws {
    // Only who hangs or babbles is to meet the limit.
    let patience: Int32 = note == "hung" ? 300 : 30_000
    let path = try #require(toolchain.compile(Self.source, name: "bad"))
    let tool = try toolchain.script(script)
    var resolver = StackResolver(
      try recording(of: path), symbolizer: LLVMSymbolizer(path: tool, patience: patience))
    resolver.prepare([1])
    #expect(resolver.stack(1).frames.allSatisfy { $0.function == "outer" })
    if let note {
      #expect(resolver.notes.count == 1)
      #expect(resolver.notes.first?.contains(note) == true)
    }
  }

  @Test("a symbolizer that is not there is a note")
  func missing() throws {
    let path = try #require(toolchain.compile(Self.source, name: "missing"))
    var resolver = StackResolver(
      try recording(of: path), symbolizer: LLVMSymbolizer(path: "/nowhere/llvm-symbolizer"))
    resolver.prepare([1])
    #expect(resolver.stack(1).frames.first?.function == "outer")
    #expect(resolver.notes.first?.contains("cannot start /nowhere/llvm-symbolizer") == true)
  }

  @Test("an input far larger than a pipe holds is no deadlock")
  func large() throws {
    // It reads nothing until it has written more than a socket holds.
    let tool = try toolchain.script("head -c 1000000 /dev/zero; cat >/dev/null")
    let request = SymbolRequest(path: "/bin/true", addresses: (0..<200_000).map { UInt64($0) })
    let answer = LLVMSymbolizer(path: tool, patience: 5_000).symbolize([request])
    #expect(answer.note == nil)
  }
}
