// Whether a program can be watched, decided before it is started: one sentence when it cannot.
import Glibc

/// A program that can be started and watched.
package struct CheckedProgram {
  /// The path to start.
  package var path: String
  /// Sentences for the user about what will not be seen.
  package var warnings: [String]

  /// Finds `name` as a shell would and checks it, and the interpreter of a script.
  package init(_ name: String) throws(Refusal) {
    path = try Self.find(name)
    warnings = []
    var next = path
    // The kernel follows four interpreters.
    for _ in 0..<5 {
      guard let interpreter = try Self.check(next, &warnings) else { return }
      next = interpreter
    }
    throw Refusal("cannot run \(name): too many interpreters")
  }

  private static func find(_ name: String) throws(Refusal) -> String {
    if name.contains("/") { return name }
    guard !name.isEmpty, let path = executable(name, in: searchPath()) else {
      throw Refusal("cannot run \(name): there is no such program in PATH")
    }
    return path
  }

  /// Checks one file; the interpreter when it is a script.
  private static func check(
    _ path: String, _ warnings: inout [String]
  ) throws(Refusal) -> String? {
    guard let status = FileStatus(of: path) else {
      throw Refusal("cannot run \(path): \(SystemError.text(errno))")
    }
    guard status.isRegular else {
      throw Refusal("cannot run \(path): it is \(status.isFolder ? "a folder" : "no regular file")")
    }
    guard isExecutable(path) else { throw Refusal("cannot run \(path): it is not executable") }
    guard status.mode & (S_ISUID | S_ISGID) == 0 else {
      throw Refusal(
        "cannot watch \(path): it is setuid or setgid, and the system lets no library into it")
    }
    guard !hasCapabilities(path) else {
      throw Refusal(
        "cannot watch \(path): it has file capabilities, and the system lets no library into it")
    }
    // A program that may be executed and not read cannot be checked, and can still be watched.
    guard let file = try? OpenFile(reading: path) else { return nil }
    let start = file.bytes(at: 0, count: min(256, file.byteCount)) ?? []
    if start.starts(with: [0x23, 0x21]) { return try interpreter(start, path) }
    try checkELF(start, path, &warnings)
    return nil
  }

  private static func interpreter(_ start: [UInt8], _ path: String) throws(Refusal) -> String {
    let line = start.dropFirst(2).prefix { $0 != 0x0A }
    let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    guard let word = words.first else {
      throw Refusal("cannot run \(path): its first line names no interpreter")
    }
    return String(decoding: word, as: UTF8.self)
  }

  private static func checkELF(
    _ start: [UInt8], _ path: String, _ warnings: inout [String]
  ) throws(Refusal) {
    guard start.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
      throw Refusal("cannot run \(path): it is neither an ELF program nor a script with #!")
    }
    guard let image = ELFImage(path: path) else {
      throw Refusal(
        "cannot watch \(path): it is no 64-bit little-endian program, or its headers are damaged")
    }
    guard image.machine == Self.machine else {
      throw Refusal(
        "cannot watch \(path): it is a program for another architecture "
          + "(\(machineName(image.machine))), not \(machineName(Self.machine))")
    }
    guard image.type == 2 || image.type == 3 else {
      throw Refusal("cannot run \(path): it is an ELF file but no program")
    }
    guard image.hasInterpreter else {
      throw Refusal(
        "cannot watch \(path): it is statically linked, and no library can stand in for its malloc")
    }
    if ELFSymbols(image).defines("malloc") {
      warnings.append(
        "\(path) has a malloc of its own linked in: what it allocates there is not watched")
    }
  }

  #if arch(x86_64)
    private static let machine: UInt16 = 62
  #else
    private static let machine: UInt16 = 183
  #endif

  private static func machineName(_ machine: UInt16) -> String {
    let names: [UInt16: String] = [
      3: "i386", 8: "MIPS", 20: "PowerPC", 21: "PowerPC64", 22: "S/390", 40: "ARM", 62: "x86_64",
      183: "aarch64", 243: "RISC-V", 258: "LoongArch",
    ]
    return names[machine] ?? "machine \(machine)"
  }
}

/// Reads an extended attribute; Glibc's module map leaves `<sys/xattr.h>` out.
@_silgen_name("getxattr")
@unsafe private func getExtendedAttribute(
  _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ value: UnsafeMutableRawPointer?,
  _ byteCount: Int
) -> Int

/// Whether the file raises the capabilities of whoever runs it.
private func hasCapabilities(_ path: String) -> Bool {
  unsafe getExtendedAttribute(path, "security.capability", nil, 0) > 0
}
