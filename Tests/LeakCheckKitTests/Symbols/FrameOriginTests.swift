// Whose frame it is.
import Recording
import Testing

@testable import LeakCheckKit

@Suite("The origin of frames")
struct FrameOriginTests {
  private func module(_ path: String, _ flags: UInt32 = 0) -> Module {
    Module(start: 0, end: 1, bias: 0, path: Array(path.utf8), buildID: [], flags: flags)
  }

  @Test("the layer's own frames are the layer's, wherever they are linked")
  func layer() {
    let preload = module("/opt/lib/libzmalloc-preload.so", ModuleHead.isLayer)
    let linked = module("/app/prog", ModuleHead.isLayer | ModuleHead.isProgram)
    let redis = module("/usr/bin/redis-server", ModuleHead.isProgram)
    #expect(FrameOrigin.of(preload, linkerName: "malloc", file: nil) == .layer)
    #expect(FrameOrigin.of(preload, linkerName: nil, file: nil) == .layer)
    #expect(FrameOrigin.of(linked, linkerName: "$s12ZMallocDebug5LayerV", file: nil) == .layer)
    #expect(FrameOrigin.of(linked, linkerName: "zmalloc", file: nil) == .layer)
    #expect(FrameOrigin.of(linked, linkerName: "main", file: nil) == .program)
    // Redis has a zmalloc of its own.
    #expect(FrameOrigin.of(redis, linkerName: "zmalloc", file: nil) == .program)
  }

  @Test("runtimes, start-up code, libraries and the program are told apart")
  func others() {
    let program = module("/app/prog", ModuleHead.isProgram)
    let libc = module("/lib/x86_64-linux-gnu/libc.so.6")
    #expect(FrameOrigin.of(libc, linkerName: "strdup", file: nil) == .runtime)
    #expect(FrameOrigin.of(libc, linkerName: "__libc_start_call_main", file: nil) == .startup)
    #expect(FrameOrigin.of(program, linkerName: "_start", file: nil) == .startup)
    #expect(FrameOrigin.of(module("/usr/lib/libjq.so.1"), linkerName: "f", file: nil) == .library)
    #expect(FrameOrigin.of(program, linkerName: "swift_allocObject", file: nil) == .runtime)
    #expect(FrameOrigin.of(program, linkerName: "$sSa6appendyyxnF", file: nil) == .runtime)
    #expect(FrameOrigin.of(program, linkerName: "$s4main1fyyF", file: "/a/main.swift") == .program)
    #expect(
      FrameOrigin.of(program, linkerName: "f", file: "/usr/include/c++/12/bits/stl_vector.h")
        == .runtime)
    #expect(FrameOrigin.of(nil, linkerName: nil, file: nil) == .library)
  }
}
