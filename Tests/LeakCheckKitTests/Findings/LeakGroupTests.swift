// Lost blocks become one entry for one root cause.
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("Grouping lost blocks")
struct LeakGroupTests {
  private func block(
    _ index: UInt32, stack: UInt32, head: UInt32? = nil, size: UInt64 = 10,
    state: BlockState? = nil
  ) -> BlockEntry {
    var block = BlockEntry()
    block.operation = UInt64(index) + 1
    block.byteCount = size
    block.stack = stack
    block.head = head ?? index
    block.state = (state ?? (head == nil ? .root : .held)).rawValue
    return block
  }

  @Test("equal roots of one site are one entry, and a lost tree is one entry")
  func roots() {
    let groups = LeakGroup.groups(of: [
      block(0, stack: 1), block(1, stack: 1), block(2, stack: 2, size: 50),
      block(3, stack: 3, head: 2), block(4, stack: 3, head: 2),
      block(5, stack: 4, head: 2, size: 30),
      block(6, stack: 1),
    ])
    #expect(groups.map(\.stack) == [2, 1])
    #expect(groups.map(\.heads) == [[2], [0, 1, 6]])
    #expect(groups.map(\.byteCount) == [100, 30])
    #expect(groups[0].heldBlockCount == 3)
    #expect(groups[0].children.map(\.stack) == [4, 3])
    #expect(groups[0].children.map(\.blockCount) == [1, 2])
  }

  @Test("a root that holds others is another entry than one that holds nothing")
  func shapes() {
    let groups = LeakGroup.groups(of: [
      block(0, stack: 1), block(1, stack: 1), block(2, stack: 5, head: 1),
    ])
    #expect(groups.map(\.heads) == [[1], [0]])
  }

  @Test("states are kept apart, and the order is by bytes, then blocks, then time")
  func order() {
    let groups = LeakGroup.groups(of: [
      block(0, stack: 9), block(1, stack: 9, state: .unfreed), block(2, stack: 8),
      block(3, stack: 7, size: 5), block(4, stack: 7, size: 5),
    ])
    #expect(groups.map(\.stack) == [7, 9, 9, 8])
    #expect(groups.map(\.state) == [.root, .root, .unfreed, .root])
  }

  @Test("the length of a cycle is counted, and a chain that never returns has none")
  func cycles() {
    let blocks = SampleRecording.full.blocks
    #expect(LeakGroup.cycleLength(of: 14, in: blocks) == 2)
    #expect(LeakGroup.cycleLength(of: 0, in: blocks) == 0)
    var stray = blocks
    stray[14].parent = 15
    stray[15].parent = 15
    #expect(LeakGroup.cycleLength(of: 14, in: stray) == 0)
  }

  @Test(
    "first lines",
    arguments: [
      (BlockState.root, 1, UInt64(96), 1, 0, "leak: 1 block of 1 KiB"),
      (.root, 1, 96, 14, 0, "leak: 14 blocks, 1 KiB: 1 root of 96 bytes holds 13 blocks"),
      (.root, 3, 96, 3, 0, "leak: 3 blocks, 1 KiB: 3 roots of 96 bytes each"),
      (.root, 3, nil, 9, 0, "leak: 9 blocks, 1 KiB: 3 roots of different sizes hold 6 blocks"),
      (.cycle, 1, 32, 2, 2, "leak: 2 blocks, 1 KiB: 1 cycle of 2 blocks"),
      (.cycle, 1, 32, 5, 2, "leak: 5 blocks, 1 KiB: 1 cycle of 2 blocks holds 3 other blocks"),
      (.cycle, 1, 32, 5, 0, "leak: 5 blocks, 1 KiB: 1 cycle and what it holds"),
      (.cycle, 4, 32, 8, 2, "leak: 8 blocks, 1 KiB: 4 cycles and what they hold"),
      (.unfreed, 2, 8, 2, 0, "not freed: 2 blocks, 1 KiB: 2 blocks of 8 bytes each"),
    ] as [(BlockState, Int, UInt64?, Int, Int, String)])
  func firstLines(
    state: BlockState, roots: Int, size: UInt64?, blocks: Int, cycle: Int, line: String
  ) {
    let moment = Moment(stack: .none, thread: 0, threadName: "", operation: 0, time: 0)
    let finding = LeakFinding(
      state: state, rootCount: roots, rootByteCount: size, blockCount: blocks, byteCount: 1_024,
      firstAddress: 0, cycleLength: cycle, allocated: moment, children: [], childSiteCount: 0,
      faultBefore: nil, fingerprint: Fingerprint(kind: "leak", site: .none))
    #expect(finding.firstLine == line)
  }
}
