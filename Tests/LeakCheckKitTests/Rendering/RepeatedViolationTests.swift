// Violations that came again, and blocks that were at the same address before.
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("Violations that came again")
struct RepeatedViolationTests {
  private func recording(_ change: (inout Recording) -> Void) -> Recording {
    var recording = SampleRecording.full
    recording.violations = [SampleRecording.doubleFree]
    recording.blocks = []
    recording.crash = nil
    change(&recording)
    return recording
  }

  @Test("a double free after the address was another's tells both histories")
  func bothHistories() {
    let recording = recording { $0.earlierLives = [SampleRecording.earlierLife(of: 0)] }
    let text = TextReportTests.text(recording)
    let wanted = """
      double free of 64-byte block 0x55d0c0
        The block was freed and not given out again.
        allocated here: thread 1 "main", operation 11, 1,289 operations earlier
          parse+0x100
          parse+0x200
          parse+0x300
        freed here: thread 1 "main", operation 12, 1,288 operations earlier
          parse+0x400
          parse+0x300
        earlier at this address, a 48-byte block, allocated here: thread 1 "main", operation 5, \
      1,295 operations earlier
          parse+0x100
          parse+0x200
          parse+0x300
        and freed here: thread 1 "main", operation 6, 1,294 operations earlier
          parse+0x500
        freed again here: thread 2, after operation 1,300
          parse+0x500
      """
    #expect(text.contains(wanted), "\(text)")
  }

  @Test("one that came three times is one entry that says so, and three in the sum")
  func counted() {
    let recording = recording {
      $0.violations[0].repeatCount = 2
      $0.meta.set(.violationCount, to: 3)
    }
    let text = TextReportTests.text(recording)
    #expect(text.contains("It happened 3 times by these stacks; the first is shown."))
    #expect(text.hasPrefix("zleakcheck: parse (pid 4242): 3 heap violations"))
    #expect(!text.contains("told of"), "\(text)")
  }

  @Test("the table's limit is said, with what it left out")
  func limit() {
    let recording = recording {
      $0.violations[0].repeatCount = 2
      $0.meta.set(.violationCount, to: 10)
    }
    let note =
      "3 of 10 violations are told of: the table's limit of 1 different violation was met"
    #expect(limitNotes(recording).contains(note), "\(limitNotes(recording))")
  }

  @Test("why blocks got no guard page: each reason has its sentence")
  func unguarded() {
    let recording = recording {
      $0.meta.set(.guardAreaLimit, to: 100)
      $0.meta.set(.unguardedBlockCount, to: 3)
      $0.meta.set(.unguardedLargeCount, to: 1)
      $0.meta.set(.unguardedPageCount, to: 2)
    }
    let notes = limitNotes(recording).filter { $0.contains("guard page") }
    #expect(
      notes == [
        "3 blocks got no guard page: guarded ones may be 100 areas of memory, half of "
          + "vm.max_map_count",
        "1 block got no guard page: too large for one",
        "2 blocks got no guard page: there was no address space left, or no memory",
      ])
  }
}
