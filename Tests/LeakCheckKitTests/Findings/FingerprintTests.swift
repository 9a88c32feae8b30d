// A fingerprint survives the next build.
import Testing

@testable import LeakCheckKit

@Suite("Fingerprints")
struct FingerprintTests {
  private func frame(
    _ function: String, line: Int, address: UInt64, origin: FrameOrigin = .program
  ) -> Frame {
    Frame(
      address: address, moduleName: "prog", moduleOffset: address, function: function,
      location: SourceLocation(file: "/a/b.c", line: line, column: 3), isInlined: false,
      origin: origin)
  }

  private func stack(_ frames: [Frame]) -> ResolvedStack {
    ResolvedStack(frames: frames, isCut: false, isOneFrame: false)
  }

  @Test("do not depend on addresses, lines and runtime frames")
  func stable() {
    let old = stack([frame("parse", line: 3, address: 0x10), frame("main", line: 9, address: 0x20)])
    let new = stack([
      frame("strdup", line: 1, address: 0x99, origin: .runtime),
      frame("parse", line: 7, address: 0x50), frame("main", line: 19, address: 0x60),
      frame("_start", line: 1, address: 0x98, origin: .startup),
    ])
    #expect(Fingerprint(kind: "leak", site: old) == Fingerprint(kind: "leak", site: new))
    #expect(Fingerprint(kind: "leak", site: old).text.count == 16)
  }

  @Test("depend on the kind and the functions")
  func distinct() {
    let one = stack([frame("parse", line: 3, address: 0x10)])
    let other = stack([frame("parse2", line: 3, address: 0x10)])
    #expect(Fingerprint(kind: "leak", site: one) != Fingerprint(kind: "leak", site: other))
    #expect(Fingerprint(kind: "leak", site: one) != Fingerprint(kind: "overflow", site: one))
  }
}
