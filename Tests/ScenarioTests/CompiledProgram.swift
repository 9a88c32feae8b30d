// Programs in C that a test has in its own text.
import Foundation
import Testing

/// Compiles a program in C into a folder, by gcc and without optimisation.
///
/// - Parameters:
///   - source: Its text.
///   - name: Its file there.
///   - flags: More flags for the compiler.
///   - folder: The folder.
/// - Throws: What gcc says where it fails.
func compileProgram(
  _ source: String, as name: String = "program", _ flags: [String] = [], in folder: URL
) async throws {
  try Data(source.utf8).write(to: folder.appendingPathComponent(name + ".c"))
  let outcome = try await Command(
    program: "gcc", arguments: ["-w", "-o", name, name + ".c"] + flags
  ).run(in: folder)
  try #require(outcome.status == 0, "\(outcome.errors)")
}
