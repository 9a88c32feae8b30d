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
    let names = [
      "zmalloc_entrance_free", "zmalloc_capture", "ztrymalloc_usable", "ztrystrdup",
      "zfree_with_size", "zcalloc_num", "extend_to_usable",
      "$s11ZMallocCore4HeapO11tryAllocate_6zeroedSvSgSi_SbtFZ",
      "$s7ZMalloc21ztrymalloc_usableyySiF", "$sSV12ZMallocDebugE4peekyyF",
    ]
    for name in names {
      #expect(FrameOrigin.of(linked, linkerName: name, file: "/z/Sources/a.swift") == .layer)
    }
    // A production library that the preload library watches, and Swift's own copy of it.
    let production = module("/usr/lib/libzmalloc.so.1")
    #expect(FrameOrigin.of(production, linkerName: "zmalloc", file: nil) == .layer)
    #expect(FrameOrigin.of(redis, linkerName: "$s7ZMalloc5zfreeyySvSgF", file: nil) == .layer)
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
    // An extension of a type of the standard library in the program is the program's.
    #expect(
      FrameOrigin.of(program, linkerName: "$sSa4mainE4sortyyF", file: "/a/main.swift") == .program)
    #expect(
      FrameOrigin.of(program, linkerName: "$sSa6appendyyxnF", file: "/b/swift/stdlib/Array.swift")
        == .runtime)
    #expect(FrameOrigin.of(nil, linkerName: nil, file: nil) == .library)
  }
}
