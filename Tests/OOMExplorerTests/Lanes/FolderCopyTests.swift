// Copies of a folder: the same at first, what a run changed is named, and put back.
import Foundation
import LeakCheckKit
import Testing

@testable import OOMExplorer

/// A folder with one of everything, its copy, and what a program would do there.
private struct Place {
  let scratch: ScratchFolder
  let source: String
  let copy: FolderCopy
  /// What the source holds, times and inodes too.
  let before: [String: String]

  init() throws {
    scratch = try ScratchFolder()
    scratch.makeFolder("source")
    source = scratch.at("source")
    try scratch.write("source/a", "text of a")
    try scratch.write("source/empty", "")
    try scratch.write("source/run", "#!/bin/sh\n", mode: 0o755)
    try scratch.write("source/secret", "s", mode: 0o600)
    try scratch.write("source/big", [UInt8](repeating: 7, count: 5_000))
    scratch.makeFolder("source/sub")
    scratch.makeFolder("source/sub/deep")
    scratch.makeFolder("source/sub/hollow")
    scratch.makeFolder("source/shared", mode: 0o1777)
    try scratch.write("source/sub/b", "text of b")
    try scratch.write("source/sub/deep/c", "text of c")
    unsafe symlink("a", source + "/link")
    unsafe symlink("../nowhere", source + "/sub/dangling")
    unsafe symlink("sub", source + "/linked-folder")
    before = contents(of: source, withTimes: true)
    copy = try FolderCopy(of: source, at: scratch.at("copy"))
  }

  func at(_ name: String) -> String { copy.path + "/" + name }
  func write(_ name: String, _ text: String) throws { try scratch.write("copy/" + name, text) }

  /// Expects that the copy is as the source is, and the source as it was.
  func expectPristine(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    #expect(contents(of: copy.path) == contents(of: source), sourceLocation: sourceLocation)
    #expect(contents(of: source, withTimes: true) == before, sourceLocation: sourceLocation)
    #expect(copy.changes() == [:], sourceLocation: sourceLocation)
  }
}

/// What a run does, and the paths that it changed; those that are gone have a minus before them.
private struct Deed: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let changed: [String]
  let act: @Sendable (Place) throws -> Void

  init(
    _ description: String, _ changed: [String], _ act: @escaping @Sendable (Place) throws -> Void
  ) {
    testDescription = description
    self.changed = changed
    self.act = act
  }

  static let toFiles = [
    Deed("a new file", ["new"]) { try $0.write("new", "x") },
    Deed("a new file in a folder", ["sub/deep/new"]) { try $0.write("sub/deep/new", "") },
    Deed("other bytes", ["a"]) { try $0.write("a", "other text") },
    Deed("other bytes, as many", ["sub/b"]) { try $0.write("sub/b", "TEXT OF B") },
    Deed("no bytes any more", ["big"]) { unsafe truncate($0.at("big"), 0) },
    Deed("bytes at the end", ["big"]) { unsafe truncate($0.at("big"), 5_001) },
    Deed("a removed file", ["-a"]) { unsafe unlink($0.at("a")) },
    Deed("a removed file in a folder", ["-sub/deep/c"]) { unsafe unlink($0.at("sub/deep/c")) },
    Deed("another mode", ["run"]) { unsafe chmod($0.at("run"), 0o644) },
    Deed("a mode that forbids everything", ["a"]) { unsafe chmod($0.at("a"), 0) },
    Deed("another name", ["-a", "z"]) { unsafe rename($0.at("a"), $0.at("z")) },
    Deed("a file over another", ["-a", "sub/b"]) { unsafe rename($0.at("a"), $0.at("sub/b")) },
    Deed("a new link", ["new"]) { unsafe symlink("a", $0.at("new")) },
    Deed("a link that leads elsewhere", ["link"]) {
      unsafe unlink($0.at("link"))
      unsafe symlink("run", $0.at("link"))
    },
    Deed("a removed link", ["-sub/dangling"]) { unsafe unlink($0.at("sub/dangling")) },
    Deed("a file for a link", ["link"]) {
      unsafe unlink($0.at("link"))
      try $0.write("link", "text of a")
    },
    Deed("a link for a file", ["a"]) {
      unsafe unlink($0.at("a"))
      unsafe symlink("run", $0.at("a"))
    },
    Deed("a second name", ["new"]) { unsafe link($0.at("a"), $0.at("new")) },
    Deed("a pipe", ["new"]) { unsafe mkfifo($0.at("new"), 0o600) },
  ]

  static let toFolders = [
    Deed("a new folder", ["new"]) { unsafe mkdir($0.at("new"), 0o755) },
    Deed("files in new folders", ["new", "new/er", "new/er/x", "new/x"]) {
      unsafe mkdir($0.at("new"), 0o755)
      unsafe mkdir($0.at("new/er"), 0o755)
      try $0.write("new/x", "x")
      try $0.write("new/er/x", "x")
    },
    Deed("new folders that nobody may write or read", ["new", "new/er", "new/er/x"]) {
      unsafe mkdir($0.at("new"), 0o755)
      unsafe mkdir($0.at("new/er"), 0o755)
      try $0.write("new/er/x", "x")
      unsafe chmod($0.at("new/er"), 0o555)
      unsafe chmod($0.at("new"), 0o555)
    },
    Deed("another mode of a folder", ["sub/deep"]) { unsafe chmod($0.at("sub/deep"), 0o500) },
    Deed("a removed folder", ["-sub/hollow"]) { unsafe rmdir($0.at("sub/hollow")) },
    Deed(
      "whole folders removed",
      ["-sub", "-sub/b", "-sub/dangling", "-sub/deep", "-sub/deep/c", "-sub/hollow"]
    ) { FolderCopy.removeTree($0.at("sub")) },
    Deed("a folder by another name", ["-sub/deep", "-sub/deep/c", "deep", "deep/c"]) {
      unsafe rename($0.at("sub/deep"), $0.at("deep"))
    },
    Deed("a file for a folder", ["-sub/deep/c", "sub/deep"]) {
      FolderCopy.removeTree($0.at("sub/deep"))
      try $0.write("sub/deep", "file")
    },
    Deed("a link for a folder", ["sub/hollow"]) {
      unsafe rmdir($0.at("sub/hollow"))
      unsafe symlink("deep", $0.at("sub/hollow"))
    },
    Deed("an empty folder for a file", ["a"]) {
      unsafe unlink($0.at("a"))
      unsafe mkdir($0.at("a"), 0o755)
    },
    Deed("a full folder for a file", ["empty", "empty/x"]) {
      unsafe unlink($0.at("empty"))
      unsafe mkdir($0.at("empty"), 0o755)
      try $0.write("empty/x", "x")
    },
  ]

  /// What nobody who reads the files can tell from nothing.
  static let harmless = [
    Deed("nothing", []) { _ in },
    Deed("a file read", []) { _ = FileManager.default.contents(atPath: $0.at("a")) },
    Deed("a file touched", []) { unsafe utimes($0.at("a"), nil) },
    Deed("the same bytes again", []) { try $0.write("sub/b", "text of b") },
    Deed("a file made and removed", []) {
      try $0.write("new", "x")
      unsafe unlink($0.at("new"))
    },
    Deed("a folder removed and made", []) {
      unsafe rmdir($0.at("sub/hollow"))
      unsafe mkdir($0.at("sub/hollow"), 0o755)
      unsafe chmod($0.at("sub/hollow"), 0o755)
    },
    Deed("a link made again", []) {
      unsafe unlink($0.at("link"))
      unsafe symlink("a", $0.at("link"))
    },
    Deed("a mode changed and changed back", []) {
      unsafe chmod($0.at("run"), 0o600)
      unsafe chmod($0.at("run"), 0o755)
    },
  ]
}

/// The paths of changes, those that are gone with a minus before them.
private func paths(_ changes: [String: FileChange]) -> [String] {
  changes.map { ($1 == .removed ? "-" : "") + $0 }.sorted()
}

@Suite struct FolderCopyTests {
  @Test func `a run that makes too many files, or too large ones, has overfilled it`() throws {
    let scratch = try ScratchFolder()
    scratch.makeFolder("source")
    try scratch.write("source/a", "a")
    let copy = try FolderCopy(of: scratch.at("source"), at: scratch.at("copy"))
    copy.runFileLimit = 3
    scratch.makeFolder("copy/sub")
    try scratch.write("copy/sub/b", "b")
    #expect(!copy.isOverfull)
    try scratch.write("copy/sub/c", "c")
    #expect(copy.isOverfull)
    copy.runFileLimit = 4
    #expect(!copy.isOverfull)
    copy.runByteLimit = 4096
    #expect(copy.isOverfull)
  }

  @Test func `files that are left out are in no copy, and no change of a run`() throws {
    let scratch = try ScratchFolder()
    scratch.makeFolder("source")
    scratch.makeFolder("source/sub")
    try scratch.write("source/a", "a")
    let own = try scratch.write("source/sub/own", "grows")
    let paths = [own, scratch.at("source/not there yet")]
    let copy = try FolderCopy(of: scratch.at("source"), at: scratch.at("copy"), without: paths)
    #expect(contents(of: copy.path).keys.sorted() == ["a", "sub"])
    #expect(copy.changes() == [:])
    try scratch.write("copy/a", "b")
    try copy.renew()
    #expect(contents(of: copy.path).keys.sorted() == ["a", "sub"])
  }

  @Test func `a copy is the same`() throws {
    try Place().expectPristine()
  }

  @Test(arguments: Deed.toFiles + Deed.toFolders + Deed.harmless)
  private func `what a run changed is named, and renewed it is what it was`(deed: Deed) throws {
    let place = try Place()
    // The second time shows that all is watched again.
    for _ in 0..<2 {
      try deed.act(place)
      #expect(paths(place.copy.changes()) == deed.changed.sorted())
      #expect(paths(place.copy.changes()) == deed.changed.sorted(), "asked once more")
      try place.copy.renew()
      place.expectPristine()
    }
    // After any of them, a change anywhere is seen.
    try place.write("sub/deep/later", "x")
    try place.write("sub/hollow/later", "x")
    #expect(paths(place.copy.changes()) == ["sub/deep/later", "sub/hollow/later"])
  }

  @Test(arguments: Deed.toFiles + Deed.toFolders)
  private func `it is renewed also when nobody asked for changes`(deed: Deed) throws {
    let place = try Place()
    try deed.act(place)
    try place.copy.renew()
    place.expectPristine()
  }

  @Test func `all at once is brought back too`() throws {
    let place = try Place()
    for name in folderNames(place.copy.path) {
      unsafe unlink(place.at(name))
      FolderCopy.removeTree(place.at(name))
    }
    try place.write("new", "x")
    #expect(place.copy.changes().count == place.before.count + 1)
    try place.copy.renew()
    place.expectPristine()
  }

  @Test func `the folder itself may be closed, or gone`() throws {
    let place = try Place()
    unsafe chmod(place.copy.path, 0)
    try place.copy.renew()
    place.expectPristine()
    FolderCopy.removeTree(place.copy.path)
    #expect(place.copy.changes().count == place.before.count)
    try place.copy.renew()
    place.expectPristine()
    try place.write("new", "x")
    #expect(paths(place.copy.changes()) == ["new"])
  }

  @Test func `the same change has the same digest, another has another`() throws {
    let place = try Place()
    func change(_ text: String) throws -> FileChange? {
      try place.copy.renew()
      try place.write("a", text)
      return place.copy.changes()["a"]
    }
    let first = try change("one")
    #expect(try change("one") == first)
    #expect(try change("two") != first)
    #expect(try change("") != first)
    unsafe chmod(place.at("a"), 0o600)
    #expect(place.copy.changes()["a"] != (try change("")))
  }

  @Test func `two copies of a folder tell of the same change the same`() throws {
    let place = try Place()
    let other = try FolderCopy(of: place.source, at: place.scratch.at("other"))
    try place.write("sub/new", "x")
    try place.scratch.write("other/sub/new", "x")
    #expect(place.copy.changes() == other.changes())
    other.remove()
    #expect(FileStatus(of: other.path) == nil)
  }

  @Test func `a folder that is too large is refused`() throws {
    let place = try Place()
    try place.scratch.write("source/huge", "")
    unsafe truncate(place.source + "/huge", off_t(FolderCopy.byteLimit) + 1)
    #expect {
      try FolderCopy(of: place.source, at: place.scratch.at("other"))
    } throws: {
      "\($0)".hasPrefix("cannot copy the working folder: it has more than 512 MiB")
    }
  }

  @Test func `a place that is taken is refused`() throws {
    let place = try Place()
    #expect(throws: Refusal.self) { try FolderCopy(of: place.source, at: place.copy.path) }
  }
}
