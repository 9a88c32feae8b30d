// Where the built products are, and a sentence for the case that they are not there.
import Foundation

/// The built products that these tests run: nothing here is linked.
enum Products {
  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What `tools/build` lays, or what `ZMALLOC_DIST` names.
  static let dist = folder("ZMALLOC_DIST", otherwise: ".build/dist")

  /// What `tools/scenarios` builds, or what `ZMALLOC_SCENARIOS` names.
  static let scenarios = folder("ZMALLOC_SCENARIOS", otherwise: ".build/scenarios")

  /// The command.
  static func zleakcheck() throws(MissingProduct) -> String {
    try existing(dist.appendingPathComponent("bin/zleakcheck"), from: "tools/build")
  }

  /// A library of the install-shaped tree.
  static func library(_ name: String) throws(MissingProduct) -> String {
    try existing(dist.appendingPathComponent("lib/\(name)"), from: "tools/build")
  }

  /// The C library over another allocator than libc's.
  static func backendLibrary(
    _ backend: String, _ folder: String = ""
  ) throws(MissingProduct) -> String {
    let path = ".build/backends/\(backend)/lib/\(folder)libzmalloc.so.1"
    return try existing(package.appendingPathComponent(path), from: "tools/backends")
  }

  /// A conformance program.
  static func contract(_ name: String) throws(MissingProduct) -> String {
    try existing(package.appendingPathComponent(".build/contract/\(name)"), from: "tools/contract")
  }

  /// A program that hands the z-functions to a library as its allocator.
  static func user(_ name: String) throws(MissingProduct) -> String {
    try existing(package.appendingPathComponent(".build/users/\(name)"), from: "tools/users")
  }

  /// A scenario program, by its path below the folder of all scenarios.
  static func scenario(_ path: String) throws(MissingProduct) -> String {
    try existing(scenarios.appendingPathComponent(path), from: "tools/scenarios")
  }

  /// The Swift scenarios, which SwiftPM builds beside the test bundle.
  static func swiftScenarios() throws(MissingProduct) -> String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    let place = URL(fileURLWithPath: bundle ?? CommandLine.arguments[0])
    let folder = place.deletingLastPathComponent()
    return try existing(folder.appendingPathComponent("zmalloc-scenario"), from: "swift build")
  }

  private static func folder(_ variable: String, otherwise path: String) -> URL {
    guard let named = ProcessInfo.processInfo.environment[variable] else {
      return package.appendingPathComponent(path)
    }
    return URL(fileURLWithPath: named)
  }

  private static func existing(_ url: URL, from tool: String) throws(MissingProduct) -> String {
    guard FileManager.default.isReadableFile(atPath: url.path) else {
      throw MissingProduct(path: url.path, tool: tool)
    }
    return url.path
  }
}

/// A product that has not been built.
struct MissingProduct: Error, CustomStringConvertible {
  let path: String
  let tool: String

  var description: String { "\(path) is missing: run \(tool), then the tests again" }
}
