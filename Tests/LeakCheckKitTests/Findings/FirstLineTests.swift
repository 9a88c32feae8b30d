// The frozen first lines. The layer in the process prints them by the same function.
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("The first line of a violation")
struct FirstLineTests {
  private func line(
    _ kind: ViolationKind, distance: Int64 = 0, changed: UInt64 = 0, size: UInt64 = 64,
    isFreed: Bool = false, access: FaultAccess? = nil
  ) -> String {
    var violation = ViolationEntry()
    violation.kind = kind.rawValue
    violation.pointer = 0x5008
    violation.blockAddress = 0x5000
    violation.blockByteCount = size
    violation.distance = distance
    violation.changedByteCount = changed
    violation.access = access?.rawValue ?? 0
    violation.freed.operation = isFreed ? 7 : 0
    return firstLine(violation)
  }

  @Test("of an overwrite says how many bytes, how far, and of which block")
  func overwrites() {
    #expect(
      line(.overflow, distance: 24, changed: 3, size: 24)
        == "heap overflow: 3 bytes written past the end of 24-byte block 0x5000")
    #expect(
      line(.overflow, distance: 28, changed: 1, size: 24)
        == "heap overflow: 1 byte written 4 bytes past the end of 24-byte block 0x5000")
    #expect(
      line(.overflow, distance: 25, changed: 1, size: 24)
        == "heap overflow: 1 byte written 1 byte past the end of 24-byte block 0x5000")
    #expect(
      line(.underflow, distance: -3, changed: 3, size: 24)
        == "heap underflow: 3 bytes written before the start of 24-byte block 0x5000")
    #expect(
      line(.underflow, distance: -7, changed: 3, size: 24)
        == "heap underflow: 3 bytes written 4 bytes before the start of 24-byte block 0x5000")
  }

  @Test("of a wrong free says what is wrong with the pointer")
  func frees() {
    #expect(line(.doubleFree) == "double free of 64-byte block 0x5000")
    #expect(line(.invalidFree) == "free of pointer 0x5008 that the allocator never gave out")
    #expect(
      line(.interiorFree, distance: 8)
        == "free of pointer 0x5008, 8 bytes inside 64-byte block 0x5000")
    #expect(
      line(.interiorFree, distance: -8)
        == "free of pointer 0x5008, 8 bytes before 64-byte block 0x5000")
    #expect(
      line(.interiorFree, distance: 80)
        == "free of pointer 0x5008, 16 bytes past the end of 64-byte block 0x5000")
    #expect(
      line(.interiorFree, distance: 64)
        == "free of pointer 0x5008, past the end of 64-byte block 0x5000")
    #expect(
      line(.interiorFree, distance: 8, isFreed: true)
        == "free of pointer 0x5008, 8 bytes inside freed 64-byte block 0x5000")
    #expect(line(.reallocAfterFree) == "realloc of freed 64-byte block 0x5000")
    #expect(
      line(.sizeMismatch, changed: 32) == "free of 64-byte block 0x5000 with wrong size 32")
  }

  @Test("of a pointer that realloc was given says realloc")
  func resizes() {
    var violation = ViolationEntry()
    violation.kind = ViolationKind.invalidFree.rawValue
    violation.pointer = 0x5008
    violation.isRealloc = 1
    #expect(firstLine(violation) == "realloc of pointer 0x5008 that the allocator never gave out")
    violation.kind = ViolationKind.interiorFree.rawValue
    violation.blockAddress = 0x5000
    violation.blockByteCount = 64
    violation.distance = 8
    #expect(
      firstLine(violation) == "realloc of pointer 0x5008, 8 bytes inside 64-byte block 0x5000")
  }

  @Test("of an overflow into the next block says that it is the least")
  func atLeast() {
    var violation = ViolationEntry()
    violation.kind = ViolationKind.overflow.rawValue
    violation.blockAddress = 0x5000
    violation.blockByteCount = 24
    violation.distance = 24
    violation.changedByteCount = 40
    violation.isAtLeast = 1
    #expect(
      firstLine(violation)
        == "heap overflow: at least 40 bytes written past the end of 24-byte block 0x5000")
  }

  @Test(
    "of a free says whose function it was, and whose block",
    arguments: [
      (AllocationFamily.malloc, "free", AllocationFamily.new, "new"),
      (.new, "delete", .malloc, "malloc"), (.newArray, "delete[]", .zmalloc, "zmalloc"),
      (.zmalloc, "free", .newArray, "new[]"), (.new, "delete", .unknown, "another function"),
      (.newAligned, "aligned delete", .new, "new"), (.new, "delete", .newAligned, "aligned new"),
      (.newArrayAligned, "aligned delete[]", .newArray, "new[]"),
      (.newArray, "delete[]", .newArrayAligned, "aligned new[]"),
    ])
  func families(
    _ taker: AllocationFamily, _ verb: String, _ giver: AllocationFamily, _ name: String
  ) {
    var violation = ViolationEntry()
    violation.kind = ViolationKind.familyMismatch.rawValue
    violation.blockAddress = 0x5000
    violation.blockByteCount = 24
    violation.family = taker.rawValue
    violation.blockFamily = giver.rawValue
    #expect(firstLine(violation) == "\(verb) of 24-byte block 0x5000 allocated by \(name)")
    violation.isRealloc = 1
    let isLibc = taker == .malloc || taker == .zmalloc
    #expect(firstLine(violation).hasPrefix(isLibc ? "realloc of" : verb))
    violation.kind = ViolationKind.sizeMismatch.rawValue
    violation.isRealloc = 0
    violation.changedByteCount = 25
    #expect(firstLine(violation) == "\(verb) of 24-byte block 0x5000 with wrong size 25")
  }

  @Test("of a use after free says where in the block")
  func uses() {
    #expect(
      line(.writeAfterFree, distance: 8, changed: 4)
        == "write after free: 4 bytes written 8 bytes into freed 64-byte block 0x5000")
    #expect(
      line(.writeAfterFree, distance: 0, changed: 4)
        == "write after free: 4 bytes written at the start of freed 64-byte block 0x5000")
    #expect(
      line(.useAfterFree, distance: 4_096, size: 1_048_576)
        == "use after free: access 4096 bytes into freed 1048576-byte block 0x5000")
    #expect(
      line(.writeAfterFree, distance: -4, changed: 4)
        == "write after free: 4 bytes written 4 bytes before freed 64-byte block 0x5000")
    #expect(
      line(.writeAfterFree, distance: 64, changed: 4)
        == "write after free: 4 bytes written past the end of freed 64-byte block 0x5000")
  }

  @Test("of a fault at a guard page says what was done, and where")
  func faults() {
    #expect(
      line(.overflow, distance: 24, size: 24, access: .read)
        == "heap overflow: read just past the end of 24-byte block 0x5000")
    #expect(
      line(.overflow, distance: 32, size: 24, access: .write)
        == "heap overflow: write at 8 bytes past the end of 24-byte block 0x5000")
    #expect(
      line(.underflow, distance: -1, size: 24, access: .either)
        == "heap underflow: access at 1 byte before the start of 24-byte block 0x5000")
    #expect(
      line(.useAfterFree, distance: 0, access: .read)
        == "use after free: read at the start of freed 64-byte block 0x5000")
    #expect(
      line(.useAfterFree, distance: 8, access: .write)
        == "use after free: write at 8 bytes into freed 64-byte block 0x5000")
    #expect(
      line(.useAfterFree, distance: 64, access: .write)
        == "use after free: write just past the end of freed 64-byte block 0x5000")
  }

  @Test("does not trap on sizes and distances that cannot be", arguments: ViolationKind.allCases)
  func extremes(kind: ViolationKind) {
    for distance in [Int64.min, -1, 0, .max] {
      #expect(!line(kind, distance: distance, changed: .max, size: .max).isEmpty)
      #expect(!line(kind, distance: distance, changed: 0, size: 0).isEmpty)
    }
  }
}

@Suite("The changed bytes of a violation")
struct ChangedBytesTests {
  @Test("are runs of at most eight, each with its distance from the block")
  func runs() {
    var violation = SampleRecording.overflow
    #expect(
      ChangedBytes.runs(violation) == [
        ChangedBytes(distance: 24, expected: [0x88, 0x77, 0x66], found: [0x41, 0x42, 0x43])
      ])
    violation.evidenceByteCount = 32
    violation.expected = Bytes32()
    violation.found = Bytes32()
    #expect(ChangedBytes.runs(violation).isEmpty)
    violation.found.word0 = 0xFF00_0000_0000_00FF
    violation.found.word1 = .max
    #expect(ChangedBytes.runs(violation).map(\.distance) == [24, 31, 39])
    #expect(ChangedBytes.runs(violation).map(\.found.count) == [1, 8, 1])
  }
}
