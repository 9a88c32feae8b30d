// The programs of tools/users: a library each, its allocator the z-functions, and what it prints
// when all goes well.
import Foundation

/// A program that hands the z-functions to a library.
struct RealUser: Sendable, CustomStringConvertible {
  let name: String
  /// What it prints before `peak 1` and `used 0`.
  let output: [String]
  /// The library's file name begins with it.
  let library: String

  var description: String { name }

  static let all = [
    RealUser(
      name: "lua",
      output: [
        "script 1 gives 38895961", "script 2 gives 7500", "script 3 gives 51000",
        "script 4 gives 33892",
      ], library: "liblua5.4.so"),
    RealUser(
      name: "hiredis", output: ["large 1", "pipeline 499500"] + replies,
      library: "libhiredis.so"),
    RealUser(
      name: "sqlite",
      output: answers + answers + ["on disk: 2700", "sqlite's own count 0"],
      library: "libsqlite3.so"),
    RealUser(
      name: "libxml2",
      output: ["count 500 sum 49500 length 13", "items 1049 names 999", "mistake refused"],
      library: "libxml2.so"),
    RealUser(
      name: "expat",
      output: Array(
        repeating: "error 0 elements 4001 attributes 4000 text 44890 deepest 3", count: 3)
        + zip(0..., [7, 5, 11, 3, 8]).map { "mistake \($0) is error \($1)" },
      library: "libexpat.so"),
    RealUser(
      name: "zlib",
      output: [1, 5, 9].map { "level \($0) smaller 1 same 1" } + ["refused 1 1"],
      library: "libz.so"),
  ]

  private static let answers = zip(1..., [2700, 997, 405_000, 60, 23301, 2700, 1]).map {
    "\($0): \($1)"
  }

  /// The type of each reply as hiredis numbers them, and how many there are in it.
  private static let replies = [
    "RPUSH list a b c d e f g: type 3, 1 in all", "LRANGE list 0 -1: type 2, 8 in all",
    "HSET table one 1 two 2 three 3: type 3, 1 in all",
    "EVAL return{1,{2,{3,{'four'}}},'five'} 0: type 2, 9 in all",
    "HGETALL table: type 2, 7 in all", "LPOP table: type 6, 1 in all",
    "GET nothing: type 4, 1 in all", "HGETALL table: type 9, 7 in all",
    "GET nothing: type 4, 1 in all", "EVAL return{double=3.5} 0: type 7, 1 in all",
    "again 1048576", "pieces 6",
  ]

  /// Runs it over a library of the tree; `options` turn the debug layer on.
  func run(over folder: URL, options: String? = nil, in scratch: URL) async throws -> Outcome {
    var command = Command(program: try Products.user(name))
    command.environment["LD_LIBRARY_PATH"] = folder.path
    if let options { command.environment["ZMALLOC_DEBUG"] = options }
    return try await command.run(in: scratch)
  }
}
