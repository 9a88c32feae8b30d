// Small C programs for the tests of names and lines.
import Foundation

/// The C compiler of this machine, with a folder for what it makes.
final class Toolchain: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("toolchain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Compiles C source to a program; its path, `nil` without a compiler.
  func compile(_ source: String, name: String, flags: [String] = ["-g", "-O1"]) -> String? {
    let base = folder.appendingPathComponent(name).path
    let file = base + ".c"
    guard (try? source.write(toFile: file, atomically: true, encoding: .utf8)) != nil else {
      return nil
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["cc"] + flags + ["-o", base, file]
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? base : nil
  }

  /// Makes an executable shell script; its path.
  ///
  /// Another process writes it: what this one has open for writing, a child that another thread
  /// starts may hold for a moment, and then the script cannot be started.
  func script(_ text: String) throws -> String {
    let path = folder.appendingPathComponent("script").path
    let words = "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$2\" && chmod 755 \"$2\""
    let process = try Process.run(
      URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", words, "sh", text, path])
    process.waitUntilExit()
    return path
  }
}
