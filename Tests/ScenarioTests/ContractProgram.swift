// The conformance programs of tools/contract: which languages, over which libraries, and what of a
// backend decides what they print.
import Foundation

/// How a conformance program was made.
enum ContractLanguage: String, Sendable, CaseIterable, CustomStringConvertible {
  case cGCC = "c-gcc"
  case cppGCC = "cpp-gcc"
  case cClang = "c-clang"
  case cppClang = "cpp-clang"
  case swift

  var description: String { rawValue }
  var isCPlusPlus: Bool { self == .cppGCC || self == .cppClang }
}

/// What stands below the z-functions.
enum ContractLibrary: String, Sendable, CaseIterable, CustomStringConvertible {
  case libc, jemalloc, mimalloc, tcmalloc, prefix
  /// The debug library, its layer on.
  case debug
  /// The debug library without its variable.
  case debugOff
  /// The same two over blocks with a header.
  case debugPrefix, debugPrefixOff

  static let backends: [ContractLibrary] = [.libc, .jemalloc, .mimalloc, .tcmalloc, .prefix]

  var description: String { rawValue }

  /// The usable size of a small block.
  func usable(_ byteCount: Int) -> Int {
    switch self {
    // A header of 8 bytes before each block, blocks in steps of 16, the least of 32.
    case .libc, .debugOff: max(24, (byteCount + 23) / 16 * 16 - 8)
    case .jemalloc, .mimalloc, .tcmalloc: max(16, (byteCount + 15) / 16 * 16)
    case .prefix, .debug, .debugPrefix, .debugPrefixOff: byteCount
    }
  }

  /// What a block counts for beside its usable size.
  ///
  /// While the layer is on, its own prefix is in the place of the header.
  var header: Int { self == .prefix || self == .debugPrefixOff ? 16 : 0 }

  /// Whether the layer watches.
  var isWatched: Bool { self == .debug || self == .debugPrefix }

  /// A small block that its request describes: `usable 24 counted 24`.
  func told(_ byteCount: Int) -> String {
    "usable \(usable(byteCount)) counted \(usable(byteCount) + header)"
  }
}

/// One conformance program over one library.
struct ContractProgram: Sendable, CustomStringConvertible {
  let language: ContractLanguage
  let library: ContractLibrary

  var description: String { "\(language) over \(library)" }

  /// Every program over every library.
  static let all = ContractLibrary.allCases.flatMap { library in
    ContractLanguage.allCases.map { ContractProgram(language: $0, library: library) }
  }

  /// Runs one case; `options` are for the debug layer, `on` among them.
  func run(_ name: String, options: String? = nil, in folder: URL) async throws -> Outcome {
    var command = Command(program: try path, arguments: [name], timeLimit: .seconds(60))
    if language != .swift { command.environment["LD_LIBRARY_PATH"] = try libraryFolder }
    if library.isWatched { command.environment["ZMALLOC_DEBUG"] = options ?? "on,leaks=unfreed" }
    // The runtime's own report of an abort is seconds of work, and nothing of ours.
    command.environment["SWIFT_BACKTRACE"] = "enable=no"
    return try await command.run(in: folder)
  }

  /// The names of its cases.
  func names(in folder: URL) async throws -> [String] {
    try await run("--list", in: folder).output.split(separator: "\n").map(String.init)
  }

  private var path: String {
    get throws {
      let variant: ContractLibrary =
        switch library {
        case .debugOff: .debug
        case .debugPrefixOff: .debugPrefix
        default: library
        }
      return try Products.contract(language == .swift ? "swift-\(variant)" : "\(language)")
    }
  }

  private var libraryFolder: String {
    get throws {
      let library =
        switch library {
        case .libc: try Products.library("libzmalloc.so.1")
        case .debug, .debugOff: try Products.library("debug/libzmalloc.so.1")
        case .debugPrefix, .debugPrefixOff: try Products.backendLibrary("prefix", "debug/")
        default: try Products.backendLibrary("\(library)")
        }
      return URL(fileURLWithPath: library).deletingLastPathComponent().path
    }
  }
}
