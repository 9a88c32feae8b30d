// The text report, whole: what a person sees is compared line by line.
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

  @Test("of a recording with one of everything")
  func full() {
    let expected = """
      zleakcheck: parse (pid 4242): 1 heap violation, died by SIGSEGV, \
      2 leaks (1.2 KiB in 16 blocks)

      heap overflow: 3 bytes written past the end of 24-byte block 0x55d0c0
        The block is in use and its guard bytes are damaged: the write came before this check.
        allocated here: thread 1 "main", operation 41,200, 3.1 ms before it was noticed
          parse+0x100
          parse+0x200
          parse+0x300
        noticed here: operation 41,337, 4.1 ms after the start
          parse+0x400
          parse+0x300
        changed bytes     expected                  found                     as text
          end+0           88 77 66                  41 42 43                  |ABC|
        below: 16-byte block 0x55d080, in use, allocated at parse+0x100
        fingerprint 476426bcfe95f062

      crash: SIGSEGV at address 0x8
        crashed here
          parse+0x500
        fingerprint b83bd9fe5d84e0c8

      leak: 14 blocks, 1.2 KiB: 1 root of 96 bytes holds 13 blocks
        after the failed allocation #37 at parse+0x400
        allocated here: thread 1 "main", operation 1
          parse+0x100
          parse+0x200
          parse+0x300
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
                      #37: 64 bytes at parse+0x400
        options       canary,leaks,stacks=32
        layer         68.3 KiB of metadata, leak scan 2.3 ms
        notes         3 stacks were not kept: the limit of stacks was met
                      no names for /nowhere/parse: the file cannot be read any more
      next
        reproduce     (cd /nowhere && zleakcheck run --options canary,leaks,stacks=32 -- \
      ./parse -v 'a file')
        show again    zleakcheck report parse.4242.zleak

      """
    #expect(Self.text(SampleRecording.full) == expected)
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
        Moment(stack: stack, thread: 0, threadName: "", operation: 0, time: 0), "here", before: 0)
      return renderer.lines
    }
    #expect(lines(.none) == ["  here", "    (no stack was kept)"])
    var stack = ResolvedStack.none
    stack.isCut = true
    #expect(lines(stack).last == "    (cut here: the stack has more frames)")
    stack.isCut = false
    stack.isOneFrame = true
    #expect(lines(stack).last == "    (one frame: the unwinder was not loaded yet)")
  }

  @Test("dims runtime frames, folds start-up frames, marks inlined ones and aligns places")
  func frames() {
    func frame(_ function: String, _ origin: FrameOrigin, _ isInlined: Bool = false) -> Frame {
      Frame(
        address: 1, moduleName: "libx.so", moduleOffset: 1, function: function,
        location: SourceLocation(file: "/no/such/x.c", line: 7, column: 2), isInlined: isInlined,
        origin: origin)
    }
    var renderer = TextReport(style: TextStyle(isColoured: true))
    let frames = [
      frame("strdup", .runtime), frame("inner", .program, true), frame("main", .program),
      frame("__libc_start_main", .startup),
    ]
    let stack = ResolvedStack(frames: frames, isCut: false, isOneFrame: false)
    renderer.add(
      Moment(stack: stack, thread: 0, threadName: "", operation: 0, time: 0), "here", before: 0)
    #expect(
      renderer.lines.dropFirst() == [
        "\u{1B}[2m    strdup  in libx.so (x.c:7)\u{1B}[0m",
        "    inner   /no/such/x.c:7:2 (inlined)",
        "    main    /no/such/x.c:7:2",
      ])
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
