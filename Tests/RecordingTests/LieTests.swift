// Counts, ids and indices that lie are errors, whose kind and place are right.
import Recording
import RecordingSamples
import Testing

@Suite("Recordings that lie")
struct LieTests {
  private func error(_ build: (inout RecordingEncoder) -> Void) -> RecordingError? {
    var encoder = RecordingEncoder()
    build(&encoder)
    encoder.end()
    do throws(RecordingError) {
      _ = try Recording(decoding: encoder.bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test("an entry count that the payload cannot hold", arguments: SectionKind.allCases)
  func counts(kind: SectionKind) {
    let size = kind == .meta || kind == .modules || kind == .stacks ? 0 : 1_000
    let found = error { encoder in
      encoder.appendSection(
        kind.rawValue, count: 0xFFFF_FFFF, size: size, [UInt8](repeating: 0, count: 64))
    }
    #expect(found?.section == kind)
    #expect(found?.kind == .badEntryCount(0xFFFF_FFFF))
    #expect(found?.byteOffset == 40)
  }

  @Test("counts whose product does not fit 64 bits")
  func product() {
    let found = error {
      $0.appendSection(
        SectionKind.blocks.rawValue, count: 0xFF00_0000, size: 0xFFFF_FFFF,
        [UInt8](repeating: 0, count: 64))
    }
    #expect(found?.kind == .badEntryCount(0xFF00_0000))
  }

  @Test("a payload that is longer than the file")
  func payload() {
    var bytes = RecordingEncoder.bytes(of: Recording())
    bytes[16 + 16 + 7] = 0x7F
    #expect(throws: RecordingError.self) { try Recording(decoding: bytes) }
  }

  @Test("an entry that is shorter than it has to be")
  func entrySize() {
    let found = error {
      $0.appendSection(
        SectionKind.blocks.rawValue, count: 1, size: 8, [UInt8](repeating: 0, count: 64))
    }
    #expect(found?.kind == .badByteCount(8))
  }

  @Test("a section twice")
  func twice() {
    let found = error {
      $0.append(.threads, [ThreadEntry()])
      $0.append(.threads, [ThreadEntry()])
    }
    #expect(found?.kind == .repeatedSection)
    #expect(found?.section == .threads)
    #expect(found?.byteOffset == 64)
  }

  @Test("an end that names another byte count")
  func wrongEnd() {
    var encoder = RecordingEncoder()
    encoder.append(.end, [UInt64(1)])
    #expect {
      try Recording(decoding: encoder.bytes)
    } throws: {
      ($0 as? RecordingError)?.kind == .wrongEnd(1)
    }
  }

  @Test("a stack that is not there, in every kind of entry")
  func unknownStacks() {
    var block = BlockEntry()
    block.stack = 5
    block.state = 1
    var site = SiteEntry()
    site.stack = 5
    var crash = CrashEntry()
    crash.stack = 5
    var point = CampaignSite()
    point.stack = 5
    #expect(error { $0.append(.points, [point]) }?.kind == .unknownStack(5))
    var fault = FaultEntry()
    fault.stack = 5
    #expect(error { $0.append(.blocks, [block]) }?.kind == .unknownStack(5))
    #expect(error { $0.append(.sites, [SiteEntry(), site]) }?.kind == .unknownStack(5))
    #expect(error { $0.append(.sites, [SiteEntry(), site]) }?.byteOffset == 40 + 24)
    var sibling = SiblingEntry()
    sibling.freeStack = 5
    #expect(error { $0.append(.siblings, [sibling]) }?.kind == .unknownStack(5))
    #expect(error { $0.append(.crash, [crash]) }?.kind == .unknownStack(5))
    #expect(error { $0.append(.faults, [fault]) }?.kind == .unknownStack(5))
    #expect(
      error { $0.append(.violations, [SampleRecording.overflow]) }?.kind == .unknownStack(1))
  }

  @Test("an earlier life of a violation that is not there, or by a stack that is not")
  func earlierLives() {
    var life = EarlierLifeEntry()
    let lost = error { $0.append(.earlierLives, [life]) }
    #expect(lost?.kind == .badValue(0))
    #expect(lost?.section == .earlierLives)
    life.freed.stack = 5
    var plain = ViolationEntry()
    plain.kind = ViolationKind.doubleFree.rawValue
    #expect(
      error {
        $0.append(.violations, [plain])
        $0.append(.earlierLives, [life])
      }?.kind == .unknownStack(5))
  }

  @Test("more open descriptors than the section has room for")
  func descriptors() {
    let found = error {
      $0.appendSection(SectionKind.descriptors.rawValue, count: 9, size: 0, [1])
    }
    #expect(found?.section == .descriptors)
    #expect(found?.kind == .badEntryCount(9))
    #expect(found?.byteOffset == 40)
  }

  @Test("heads and parents that are out of range, or no heads")
  func trees() {
    func block(head: UInt32, parent: UInt32 = BlockEntry.noIndex, state: UInt8 = 2) -> BlockEntry {
      var block = BlockEntry()
      block.head = head
      block.parent = parent
      block.state = state
      return block
    }
    let root = block(head: 0, state: 1)
    #expect(error { $0.append(.blocks, [root, block(head: 0, parent: 0)]) } == nil)
    #expect(error { $0.append(.blocks, [root, block(head: 2)]) }?.kind == .badTree(2))
    #expect(error { $0.append(.blocks, [root, block(head: 0, parent: 2)]) }?.kind == .badTree(2))
    // A circle of heads.
    #expect(
      error { $0.append(.blocks, [block(head: 1), block(head: 0)]) }?.kind == .badTree(1))
    // A root that hangs below another.
    #expect(error { $0.append(.blocks, [root, block(head: 0, state: 1)]) }?.kind == .badTree(0))
    #expect(error { $0.append(.blocks, [block(head: 0, state: 9)]) }?.kind == .badValue(9))
  }

  @Test("stacks without an id, with the same id, and with too many frames")
  func stacks() {
    func stacks(_ heads: [(id: UInt32, frames: UInt16)]) -> RecordingError? {
      error { encoder in
        var payload: [UInt8] = []
        for head in heads {
          var entry = StackHead()
          entry.id = head.id
          entry.frameCount = head.frames
          payload += RecordingEncoder.raw(entry)
        }
        encoder.appendSection(SectionKind.stacks.rawValue, count: heads.count, size: 0, payload)
      }
    }
    #expect(stacks([(2, 0), (1, 0)]) == nil)
    #expect(stacks([(0, 0)])?.kind == .badStackID)
    #expect(stacks([(1, 0), (1, 0)])?.kind == .badStackID)
    #expect(stacks([(1, 300)])?.kind == .badEntryCount(300))
    #expect(stacks([(1, 7)])?.kind == .badEntryCount(7))
  }

  @Test("two crashes, an unknown violation, too much evidence")
  func values() {
    #expect(
      error { $0.append(.crash, [CrashEntry(), CrashEntry()]) }?.kind == .badEntryCount(2))
    var violation = ViolationEntry()
    #expect(error { $0.append(.violations, [violation]) }?.kind == .badValue(0))
    violation.kind = 1
    violation.evidenceByteCount = 33
    #expect(error { $0.append(.violations, [violation]) }?.kind == .badValue(33))
    violation.evidenceByteCount = 0
    violation.access = 4
    #expect(error { $0.append(.violations, [violation]) }?.kind == .badValue(4))
  }

  @Test("observations of violations that are not there, of stacks, of unknown kinds")
  func observations() {
    var observation = ObservationEntry()
    #expect(error { $0.append(.observations, [observation]) }?.kind == .badValue(0))
    var violation = ViolationEntry()
    violation.kind = 1
    func found(_ observation: ObservationEntry) -> RecordingError? {
      error {
        $0.append(.violations, [violation])
        $0.append(.observations, [observation])
      }
    }
    #expect(found(observation) == nil)
    observation.continuation = 5
    #expect(found(observation)?.kind == .badValue(5))
    observation.continuation = 4
    observation.intact.stack = 5
    #expect(found(observation)?.kind == .unknownStack(5))
    observation.intact.stack = 0
    observation.violation = 1
    #expect(found(observation)?.kind == .badValue(1))
  }

  @Test("an error is a sentence with the place")
  func sentence() {
    let found = error { $0.append(.threads, [ThreadEntry(), ThreadEntry()], extra: 0) }
    #expect(found == nil)
    let text = RecordingError(.unknownStack(5), byteOffset: 40, section: .blocks).description
    #expect(text == "stack 5 is not in the recording (byte 40 in the section \"blocks\")")
  }
}
