// The text report, whole: what a person sees is compared line by line.
import Foundation
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("The text report")
struct TextReportTests {
  static func report(_ recording: Recording, limit: Int? = 50) -> Report {
    Report(
      recording, ReportRequest(file: "parse.4242.zleak", leakEntryLimit: limit, symbolizer: nil))
  }

  static func text(_ recording: Recording, limit: Int? = 50) -> String {
    var renderer = TextReport(style: TextStyle(isColoured: false))
    return renderer.render(report(recording, limit: limit))
  }

  private static func frame(
    _ function: String, _ origin: FrameOrigin, isInlined: Bool = false
  ) -> Frame {
    Frame(
      address: 1, moduleName: "libx.so", moduleOffset: 1, function: function,
      location: SourceLocation(file: "/no/such/x.c", line: 7, column: 2), isInlined: isInlined,
      origin: origin)
  }

  @Test("of a recording with one of everything")
  func full() {
    let expected = """
      zleakcheck: parse (pid 4242): 1 heap violation, died by SIGSEGV, \
      2 leaks (1.2 KiB in 16 blocks)

      heap overflow: 3 bytes written past the end of 24-byte block 0x55d0c0
        The block is in use and its guard bytes are damaged: the write came before this check.
        allocated here: thread 1 "main", operation 41,200, 137 operations earlier
          parse+0x100
          parse+0x200
          parse+0x300
        noticed here: after operation 41,337
          parse+0x400
          parse+0x300
        changed bytes     expected                  found                     as text
          end+0           88 77 66                  41 42 43                  |ABC|
        below: 16-byte block 0x55d080, in use, allocated at parse+0x100
        fingerprint 476426bcfe95f062

      crash: SIGSEGV at address 0x8
        A null pointer was used, or a field behind one.
        crashed here
          parse+0x500
        fingerprint b83bd9fe5d84e0c8

      leak: 14 blocks, 1.2 KiB: 1 root of 96 bytes holds 13 blocks
        after the failed allocation #37 at parse+0x400 (malloc of 64 bytes)
        allocation #37 failed here
          parse+0x400
          parse+0x300
        allocated here: thread 1 "main", operation 1
          parse+0x100
          parse+0x200
          parse+0x300
        412 other blocks from this site were freed; this one was not
          400 at parse+0x500
          12 at parse+0x400
        holds
          13 blocks, 1.1 KiB from parse+0x400
        fingerprint f7c49655ba723ff3

      leak: 2 blocks, 64 bytes: 1 cycle of 2 blocks
        allocated here: operation 100
          parse+0x500
        together with
          1 block, 32 bytes from parse+0x500
        fingerprint d4c2bdee5a23baa5

      summary
        program       ./parse -v 'a file', watched by the preload layer
        allocations   1,234, 1,218 frees, peak 4.7 MiB
        in use        16 blocks, 1.3 KiB: 16 lost
        faults        1 allocation failed on purpose
        options       canary,leaks,stacks=32
        layer         68.3 KiB of metadata, leak scan 2.3 ms
        notes         3 stacks were not kept: the limit of stacks was met
                      no names for /nowhere/parse: the file cannot be read any more
      next
        reproduce     (cd /nowhere && zleakcheck run --options canary,leaks,stacks=32 -- \
      ./parse -v 'a file')
        debug         (cd /nowhere && gdb -ex 'set exec-wrapper env \
      ZMALLOC_DEBUG=on,canary,leaks,stacks=32' -ex run --args ./parse -v 'a file')
        suppress      zleakcheck suppress parse.4242.zleak
        show again    zleakcheck report parse.4242.zleak

      """
    #expect(Self.text(SampleRecording.full) == expected)
  }

  @Test(
    "tells where the other blocks of a leak's site were freed",
    arguments: [
      ([(3, 412)], ["412 other blocks from this site were freed at parse+0x500; this one was not"]),
      ([(3, 1)], ["1 other block from this site was freed at parse+0x500; this one was not"]),
      // Two stacks that a person sees as one place, and one without a frame.
      (
        [(3, 5), (4, 2_000)],
        ["2,005 other blocks from this site were freed at parse+0x500; this one was not"]
      ),
      ([(0, 7)], ["7 other blocks from this site were freed; this one was not"]),
      (
        [(0, 7), (3, 2)],
        [
          "9 other blocks from this site were freed; this one was not", "  2 at parse+0x500",
          "  7 elsewhere",
        ]
      ),
      ([], []),
    ] as [([(UInt32, UInt64)], [String])])
  func siblings(_ frees: [(UInt32, UInt64)], _ expected: [String]) {
    var recording = SampleRecording.full
    recording.stacks = StackTable([
      1: [0x1101, 0x1201, 0x1301], 2: [0x1401, 0x1301], 3: [0x1501], 4: [0x1501, 0x1301],
    ])
    recording.siblings = frees.map { stack, count in
      var entry = SiblingEntry()
      entry.allocationStack = 1
      entry.freeStack = stack
      entry.blockCount = count
      return entry
    }
    let leaks = Self.report(recording).leaks
    #expect(leaks[0].siblingLines == expected)
    #expect(leaks[1].siblingLines == [])
  }

  @Test("of a double free: who freed it, and who freed it again")
  func doubleFree() {
    var recording = SampleRecording.full
    recording.violations = [SampleRecording.doubleFree]
    recording.crash = nil
    recording.blocks = []
    recording.meta.set(.lostBlockCount, to: 0)
    let expected = """
      zleakcheck: parse (pid 4242): 1 heap violation

      double free of 64-byte block 0x55d0c0
        The block was freed and not given out again.
        allocated here: thread 1 "main", operation 11, 1,289 operations earlier
          parse+0x100
          parse+0x200
          parse+0x300
        freed here: thread 1 "main", operation 12, 1,288 operations earlier
          parse+0x400
          parse+0x300
        freed again here: thread 2, after operation 1,300
          parse+0x500
        fingerprint cc92e6b1696b5a5b

      """
    #expect(Self.text(recording).hasPrefix(expected + "\nsummary\n"))
  }

  @Test("of a recording without a finding is one line and the summary")
  func clean() {
    var recording = SampleRecording.full
    recording.violations = []
    recording.crash = nil
    recording.blocks = []
    recording.meta.set(.lostBlockCount, to: 0)
    let lines = Self.text(recording).split(separator: "\n")
    #expect(lines.first == "zleakcheck: parse (pid 4242): no leaks, no heap violations")
    #expect(!lines.contains { $0.contains("reproduce") })
  }

  @Test("shows as many leaks as it may, and says how many there are besides")
  func limit() {
    let text = Self.text(SampleRecording.full, limit: 1)
    #expect(text.contains("leak: 14 blocks"))
    #expect(!text.contains("1 cycle"))
    #expect(text.contains("1 more leak (2 blocks, 64 bytes) left out here; --all shows all."))
  }

  @Test("says that a stack is cut, has one frame, or is missing")
  func incomplete() {
    var renderer = TextReport(style: TextStyle(isColoured: false))
    func lines(_ stack: ResolvedStack) -> [String] {
      renderer.lines = []
      renderer.add(
        Moment(stack: stack, thread: 0, threadName: "", operation: 0, time: 0), "here")
      return renderer.lines
    }
    #expect(lines(.none) == ["  here", "    (no stack was kept)"])
    var stack = ResolvedStack.none
    stack.isCut = true
    #expect(lines(stack).last == "    (no frame of the program was kept)")
    stack.frames = [Self.frame("f", .program)]
    #expect(lines(stack).last == "    (cut here: the stack has more frames)")
    // Nothing is missing where the stack was followed to the start of the program.
    stack.frames.append(Self.frame("_start", .startup))
    #expect(lines(stack).count == 2)
    stack.isCut = false
    stack.isOneFrame = true
    #expect(lines(stack).last == "    (one frame: the unwinder was not loaded yet)")
  }

  @Test("dims runtime frames, folds start-up frames, marks inlined ones and aligns places")
  func frames() {
    var renderer = TextReport(style: TextStyle(isColoured: true))
    let frames = [
      Self.frame("strdup", .runtime), Self.frame("inner", .program, isInlined: true),
      Self.frame("main", .program), Self.frame("__libc_start_main", .startup),
    ]
    let stack = ResolvedStack(frames: frames, isCut: false, isOneFrame: false)
    renderer.add(
      Moment(stack: stack, thread: 0, threadName: "", operation: 0, time: 0), "here")
    #expect(
      renderer.lines.dropFirst() == [
        "\u{1B}[2m    strdup  in libx.so (x.c:7)\u{1B}[0m",
        "    inner   /no/such/x.c:7:2 (inlined)",
        "    main    /no/such/x.c:7:2",
      ])
  }

  @Test("shows the source line with a caret, tabs made spaces")
  func source() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("zleakcheck-test-\(UUID().uuidString).c").path
    try "void drop(char *p) {\n\tif (p)\tfree(p);\n}\n"
      .write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    func lines(_ line: Int, _ column: Int?) -> [String] {
      var frame = Self.frame("drop", .program)
      frame.location = SourceLocation(file: path, line: line, column: column)
      var renderer = TextReport(style: TextStyle(isColoured: false))
      renderer.addStack(ResolvedStack(frames: [frame], isCut: false, isOneFrame: false))
      return Array(renderer.lines.dropFirst())
    }
    #expect(
      lines(2, 9) == [
        "          2 | if (p)  free(p);", "            |         ^",
      ])
    // The second tab itself, the first column, and no column.
    #expect(lines(2, 8).last == "            |       ^")
    #expect(lines(1, 1) == ["          1 | void drop(char *p) {", "            | ^"])
    #expect(lines(2, nil) == ["          2 | if (p)  free(p);"])
    #expect(lines(3, 40) == ["          3 | }"])
    #expect(lines(9, 1) == [])
  }

  @Test("shows a function that calls itself over and over twice, and counts the rest")
  func recursion() {
    var renderer = TextReport(style: TextStyle(isColoured: false))
    let frames =
      [Self.frame("leaf", .program)] + Array(repeating: Self.frame("fall", .program), count: 9)
      + [Self.frame("main", .program)]
    let stack = ResolvedStack(frames: frames, isCut: true, isOneFrame: false)
    renderer.add(
      Moment(stack: stack, thread: 0, threadName: "", operation: 0, time: 0), "here")
    let place = "  /no/such/x.c:7:2"
    #expect(
      renderer.lines.dropFirst() == [
        "    leaf\(place)", "    fall\(place)", "    fall\(place)", "    (the same 7 times more)",
        "    main\(place)", "    (cut here: the stack has more frames)",
      ])
    var crash = TextReportTests.report(SampleRecording.full).crash
    crash?.faultAddress = 0x7FFE_0000_0000
    #expect(crash?.explanation == "Nothing is mapped at this address.")
    crash?.moment.stack = stack
    #expect(
      crash?.explanation == "The stack has probably overflowed: fall calls itself again and again.")
  }

  @Test("tells who, when, and how long before, in time where that is long enough")
  func moments() {
    var renderer = TextReport(style: TextStyle(isColoured: false))
    renderer.unnamedThread = "a-program-with-"
    func moment(_ operation: UInt64, _ time: UInt64, _ name: String = "") -> Moment {
      Moment(stack: .none, thread: 2, threadName: name, operation: operation, time: time)
    }
    let end = moment(1_000, 50_000_000)
    #expect(
      renderer.facts(moment(1, 0, "worker"), before: end)
        == ["thread 2 \"worker\"", "operation 1", "999 operations earlier"])
    #expect(
      renderer.facts(moment(1, 20_000_000, "a-program-with-"), before: end)
        == ["thread 2", "operation 1", "30.0 ms earlier"])
    #expect(
      renderer.facts(moment(1, 46_000_000), before: end)
        == ["thread 2", "operation 1", "999 operations earlier"])
    #expect(
      renderer.facts(end, .after)
        == ["thread 2", "after operation 1,000", "50.0 ms after the start"])
  }

  @Test("a sweep notices damage before an operation, a free after one")
  func noticedBefore() {
    var recording = SampleRecording.full
    #expect(Self.text(recording).contains("noticed here: after operation 41,337"))
    var seen = ObservationEntry()
    seen.isNoticedBefore = 1
    recording.observations = [seen]
    #expect(Self.text(recording).contains("noticed here: before operation 41,337"))
    seen.intact.operation = 41_200
    recording.observations = [seen]
    let sentence = "Intact at operation 41,200, broken before operation 41,337."
    #expect(Self.text(recording).contains(sentence))
  }

  @Test("a pointer into a block: in use or freed, inside it or beside it")
  func interior() {
    func certainty(_ distance: Int64, freedAt operation: UInt64) -> String {
      var violation = ViolationEntry()
      violation.kind = ViolationKind.interiorFree.rawValue
      violation.knowledge = BlockKnowledge.interior.rawValue
      violation.blockByteCount = 64
      violation.distance = distance
      violation.freed.operation = operation
      return ViolationFinding.certainty(violation)
    }
    #expect(certainty(8, freedAt: 0).contains("into a block that is in use"))
    #expect(certainty(8, freedAt: 9).contains("into a block that was freed"))
    #expect(certainty(-8, freedAt: 0).contains("guard bytes of a block that is in use"))
    #expect(certainty(64, freedAt: 9).contains("guard bytes of a block that was freed"))
  }

  @Test("a crash after a failed allocation shows the stack of that allocation, once")
  func earlierFault() {
    var recording = SampleRecording.full
    recording.crash?.faultBefore = 1
    recording.violations[0].faultBefore = 1
    recording.meta.set(.faultPlan, to: Array("nth:37".utf8))
    let text = Self.text(recording)
    #expect(text.contains("died by SIGSEGV after the failed allocation #37, 2 leaks"))
    #expect(text.ranges(of: "after the failed allocation #37 at parse+0x400 (malloc").count == 3)
    #expect(text.ranges(of: "allocation #37 failed here\n    parse+0x400\n").count == 1)
    #expect(text.contains("1 allocation failed on purpose by the plan nth:37\n"))
    recording.meta.set(.faultPlan, to: Array("rate:0.01+nth:37".utf8))
    recording.meta.set(.faultSeed, to: 7)
    #expect(Self.text(recording).contains("by the plan rate:0.01+nth:37, seed 7\n"))
    recording.meta.set(.faultPlan, to: Array("nth:37".utf8))
    recording.meta.set(.faultCount, to: 0)
    recording.meta.set(.faultPointCount, to: 36)
    #expect(Self.text(recording).contains("none by the plan nth:37: it counted 36 allocations\n"))
  }

  @Test("a linked layer is brought back by its variables, quotes and all")
  func linked() {
    var recording = SampleRecording.full
    recording.meta.set(.variant, to: Array("library".utf8))
    recording.meta.set(
      .options, to: Array("on,on-violation=continue,record='a,b.zleak',stacks=3".utf8))
    recording.meta.set(.workingDirectory, to: Array((currentFolder() ?? "/").utf8))
    recording.modules.append(
      Module(
        start: 0x10000, end: 0x11000, bias: 0, path: Array("/a b/libzmalloc.so.1".utf8),
        buildID: [], flags: ModuleHead.isLayer))
    let text = Self.text(recording)
    let options = "ZMALLOC_DEBUG=on,on-violation=continue,stacks=3,on-violation=abort"
    #expect(
      text.contains("  reproduce     env 'LD_LIBRARY_PATH=/a b' \(options) ./parse -v 'a file'\n"))
    #expect(text.contains("  debug         gdb -ex 'set exec-wrapper env "))
  }

  @Test("never has a line of more than 100 columns, commands aside")
  func width() {
    var recording = SampleRecording.full
    recording.modules[0].path = Array(("/" + String(repeating: "very-long-name", count: 20)).utf8)
    recording.meta.set(.options, to: Array(String(repeating: "option,word ", count: 40).utf8))
    let lines = Self.text(recording).split(separator: "\n").prefix { $0 != "next" }
    #expect(lines.allSatisfy { $0.count <= 100 }, "\(lines.filter { $0.count > 100 })")
  }

  @Test("never passes a terminal's escape sequences on")
  func escapes() {
    var recording = SampleRecording.full
    let evil = Array("/x/\u{1B}]0;owned\u{7}\u{1B}[2J".utf8)
    recording.modules[0].path = evil
    recording.meta.set(.executable, to: evil)
    recording.meta.set(.options, to: evil)
    recording.meta.set(.arguments, to: evil + [0])
    recording.meta.set(.workingDirectory, to: evil)
    recording.threads[0].nameLow = 0x5B1B
    #expect(!Self.text(recording).utf8.contains(0x1B))
  }
}
