// Which llvm-symbolizer a report uses.

/// Finds the symbolizer to use.
public enum SymbolizerSearch {
  /// The path of the first that is there, `nil` without one.
  ///
  /// In order: `ZLEAKCHECK_SYMBOLIZER` (its empty value means none at all); the one beside `swift`,
  /// which knows Swift's debug information best; `llvm-symbolizer` in `PATH`; `llvm-symbolizer-NN`
  /// in `PATH`, the newest first.
  public static func find() -> String? {
    if let named = environmentValue("ZLEAKCHECK_SYMBOLIZER") {
      return named.isEmpty ? nil : named
    }
    let folders = searchPath()
    if let swift = executable("swift", in: folders), let real = realPath(swift) {
      let beside = parentFolder(real) + "/llvm-symbolizer"
      if isExecutable(beside) { return beside }
    }
    if let plain = executable("llvm-symbolizer", in: folders) { return plain }
    var best: (version: Int, path: String)?
    for folder in folders {
      for name in folderNames(folder) where name.hasPrefix("llvm-symbolizer-") {
        guard let version = Int(name.dropFirst("llvm-symbolizer-".count)),
          version > best?.version ?? 0
        else { continue }
        best = (version, folder + "/" + name)
      }
    }
    return best?.path
  }
}

/// The folders of `PATH`; an empty one is the current folder.
package func searchPath() -> [String] {
  let path = environmentValue("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
  return path.split(separator: ":", omittingEmptySubsequences: false).map {
    $0.isEmpty ? "." : String($0)
  }
}

/// The first executable regular file of this name in `folders`.
package func executable(_ name: String, in folders: [String]) -> String? {
  for folder in folders {
    let path = folder + "/" + name
    if let status = FileStatus(of: path), status.isRegular, isExecutable(path) { return path }
  }
  return nil
}

/// The folder that a path stands in.
package func parentFolder(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func lastPart(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return path }
  return String(path[path.index(after: slash)...])
}
