// What cannot be watched is refused before it is started, by one sentence and 70.
import Foundation
import Testing

@Suite("zleakcheck refuses")
struct RefusalTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  private func refusal(_ program: String, _ words: String) throws {
    let result = try line.zleakcheck(["run", program])
    #expect(result.status == 70)
    #expect(result.output.isEmpty)
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(try line.remains().isEmpty)
  }

  private func file(_ name: String, _ bytes: [UInt8], mode: Int = 0o755) throws -> String {
    let path = line.folder + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  @Test("programs that are not there, and files that are none")
  func none() throws {
    try refusal("./nowhere", "cannot run ./nowhere: No such file or directory")
    try refusal("no-such-program", "there is no such program in PATH")
    try refusal("/tmp", "it is a folder")
    try refusal(try file("plain", [65, 66], mode: 0o644), "it is not executable")
    try refusal(try file("text", Array("echo".utf8)), "neither an ELF program nor a script")
    try refusal(try file("bang", Array("#!\n".utf8)), "names no interpreter")
    try refusal(try file("loop", Array("#!\(line.folder)/loop\n".utf8)), "too many interpreters")
    try refusal(try file("script", Array("#!/nowhere/sh\n".utf8)), "cannot run /nowhere/sh")
  }

  /// Compiles a C program into the folder.
  private func compile(_ name: String, _ text: String, _ flags: String...) throws {
    let source = line.folder + "/\(name).c"
    try text.write(toFile: source, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["cc"] + flags + ["-o", line.folder + "/" + name, source]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(name).c does not compile")
  }

  @Test("a malloc of the program's own: a warning, and 70 when ours is never called")
  func ownAllocator() throws {
    let allocator = """
      static char heap[65536];
      static unsigned long used;
      void *malloc(unsigned long size) { return heap + (used += (size + 15) & ~15ul); }
      void free(void *block) { (void)block; }
      int main(void) { free(malloc(9)); return 3; }
      """
    try compile("own", allocator, "-fno-builtin")
    let warning =
      "./own has a malloc of its own linked in: what it allocates there is not watched"
    let never = try line.zleakcheck(
      ["run", "./own"], environment: ["STANDIN_ALLOCATIONS": "0"])
    #expect(never.status == 70)
    #expect(never.errors.contains("zleakcheck: \(warning)\n"))
    #expect(never.errors.contains("own could not be watched: it never called our malloc"))
    let sometimes = try line.zleakcheck(["run", "./own"])
    #expect(sometimes.status == 3)
    #expect(sometimes.errors.contains("zleakcheck: \(warning)\n"))
    let none = try line.zleakcheck(["run", "true"])
    #expect(!none.errors.contains("of its own"))
  }

  @Test("static, setuid and foreign programs, and damaged ones")
  func unwatchable() throws {
    try compile("static", "int main(void) { return 0; }", "-static")
    try refusal("./static", "statically linked")
    let own = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "/bin/true")))
    try refusal(try file("setuid", own, mode: 0o4755), "setuid")
    var foreign = own
    foreign[18] = 243
    try refusal(try file("foreign", foreign), "another architecture (RISC-V)")
    var narrow = own
    narrow[4] = 1
    try refusal(try file("narrow", narrow), "no 64-bit little-endian program")
    try refusal(try file("short", Array(own.prefix(80))), "statically linked")
  }

  @Test(
    "wrong command lines, by 64",
    arguments: [
      ["run"], ["run", "--"], ["run", "--bogus", "true"], ["report"],
      ["run", "--format", "xml", "true"],
      ["bogus"],
    ])
  func usage(arguments: [String]) throws {
    #expect(try line.zleakcheck(arguments).status == 64)
  }

  @Test("a library that is not there")
  func library() throws {
    let result = try line.zleakcheck(
      ["run", "true"], environment: ["ZLEAKCHECK_PRELOAD": "/nowhere/lib.so"])
    #expect(result.status == 70)
    #expect(result.errors.contains("cannot find the library /nowhere/lib.so"))
  }

  @Test("recordings that are damaged, by 70 and the place; the others are shown")
  func reports() throws {
    let result = try line.zleakcheck(["report", "damaged.zleak", "leaky.zleak", "nowhere.zleak"])
    #expect(result.status == 70)
    #expect(result.output.contains("leak: 14 blocks"))
    #expect(
      result.errors == """
        zleakcheck: damaged.zleak: this is not a recording of swift-zmalloc (byte 0)
        zleakcheck: cannot open nowhere.zleak: No such file or directory

        """)
    #expect(try line.zleakcheck(["report", "full.zleak"]).status == 0)
    #expect(try line.zleakcheck(["options"]).output.contains("on-violation"))
  }
}
