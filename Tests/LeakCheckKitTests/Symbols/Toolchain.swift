// Small C programs for the tests of names and lines.
import Foundation

/// The C compiler of this machine.
enum Toolchain {
  /// Compiles C source to a program; its path, `nil` without a compiler.
  static func compile(_ source: String, name: String, flags: [String] = ["-g", "-O1"]) -> String? {
    let folder = FileManager.default.temporaryDirectory
    let base = folder.appendingPathComponent("\(name)-\(UUID().uuidString)").path
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
  static func script(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("script-\(UUID().uuidString)").path
    try ("#!/bin/sh\n" + text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }
}
