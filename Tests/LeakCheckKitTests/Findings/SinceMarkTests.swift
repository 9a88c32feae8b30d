// What is in use since a mark: lost blocks and reachable ones together, by site.
import Recording
import Testing

@testable import LeakCheckKit

@Suite struct SinceMarkTests {
  private func block(_ mark: UInt32, head: UInt32, stack: UInt32, _ byteCount: UInt64) -> BlockEntry
  {
    var block = BlockEntry()
    block.mark = mark
    block.head = head
    block.stack = stack
    block.byteCount = byteCount
    return block
  }

  private func site(_ mark: UInt32, stack: UInt32, _ blocks: UInt64, _ bytes: UInt64) -> SiteEntry {
    var site = SiteEntry()
    site.mark = mark
    site.stack = stack
    site.blockCount = blocks
    site.byteCount = bytes
    return site
  }

  private var recording: Recording {
    var recording = Recording()
    recording.marks = (UInt32(1)...2).map { number in
      var mark = MarkEntry()
      mark.number = number
      return mark
    }
    // A tree older than the marks whose head holds a younger block, and a younger one.
    recording.blocks = [
      block(0, head: 0, stack: 1, 10), block(1, head: 0, stack: 2, 20),
      block(2, head: 2, stack: 3, 40),
    ]
    recording.sites = [
      site(0, stack: 1, 5, 500), site(1, stack: 1, 2, 200), site(2, stack: 3, 1, 1000),
    ]
    return recording
  }

  @Test func `blocks and sites since a mark are added up by stack, most bytes first`() {
    let sites = SinceSite.all(in: recording, since: 1)
    #expect(sites.map(\.stack) == [3, 1, 2])
    #expect(sites.map(\.blockCount) == [2, 2, 1])
    #expect(sites.map(\.byteCount) == [1040, 200, 20])
    #expect(SinceSite.all(in: recording, since: 2).map(\.byteCount) == [1040])
  }

  @Test func `what is reached is one site for a stack, whatever marks lie between`() {
    let sites = SinceSite.reachable(in: recording, since: 0)
    #expect(sites.map(\.stack) == [3, 1])
    #expect(sites.map(\.blockCount) == [1, 7])
    #expect(sites.map(\.byteCount) == [1000, 700])
    #expect(SinceSite.reachable(in: recording, since: 2).map(\.byteCount) == [1000])
  }

  @Test func `a tree counts by its head`() throws {
    let request = try SinceRequest(.number(1), in: recording, "file")
    #expect(request.chosen.blocks.map(\.stack) == [3])
    #expect(request.chosen.blocks.map(\.head) == [0])
  }

  @Test func `the last mark is the one of the highest number`() throws {
    #expect(try SinceRequest(.last, in: recording, "file").mark.number == 2)
  }

  @Test func `a mark that the recording does not have is refused`() {
    #expect(throws: Refusal.self) { try SinceRequest(.number(3), in: recording, "file") }
    #expect(throws: Refusal.self) { try SinceRequest(.last, in: Recording(), "file") }
  }

  @Test(arguments: ["", "0", "-1", "first", "4294967296"])
  func `an argument that names no mark is none`(_ text: String) {
    #expect(MarkChoice(argument: text) == nil)
  }
}
