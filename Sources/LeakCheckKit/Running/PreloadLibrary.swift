// Where the preload library is, and what the watched program's environment says.

/// The library that goes into the watched program.
package struct PreloadLibrary {
  /// Its path, without symbolic links.
  package let path: String

  /// Finds the library: `ZLEAKCHECK_PRELOAD`, else beside this program (`../lib`).
  package init() throws(Refusal) {
    let path: String
    if let named = environmentValue("ZLEAKCHECK_PRELOAD"), !named.isEmpty {
      path = named
    } else {
      guard let own = realPath("/proc/self/exe") else {
        throw Refusal("cannot find libzmalloc-preload.so: /proc is not mounted")
      }
      path = parentFolder(parentFolder(own)) + "/lib/libzmalloc-preload.so"
    }
    guard let real = realPath(path), FileStatus(of: real)?.isRegular == true else {
      throw Refusal(
        "cannot find the library \(path): build it by tools/build, or name it by "
          + "ZLEAKCHECK_PRELOAD")
    }
    guard !real.contains(where: { $0 == ":" || $0 == " " }) else {
      throw Refusal(
        "cannot use the library \(real): LD_PRELOAD takes no path with a space or colon")
    }
    self.path = real
  }

  /// The environment of the watched program: this one's with the library and the options added.
  ///
  /// - Parameters:
  ///   - environment: What this process has, each `NAME=value`.
  ///   - options: The user's words.
  ///   - added: The command's own words, which have the last word.
  /// - Returns: The whole environment, each `NAME=value`.
  package func environment(
    from environment: [String], options: String?, adding added: [String]
  ) -> [String] {
    var result: [String] = []
    var preload = path
    var words = ["on"]
    for entry in environment {
      if entry.hasPrefix("LD_PRELOAD=") {
        let others = entry.dropFirst("LD_PRELOAD=".count)
        if !others.isEmpty { preload += ":" + others }
      } else if entry.hasPrefix("ZMALLOC_DEBUG=") {
        let existing = String(entry.dropFirst("ZMALLOC_DEBUG=".count))
        if !existing.isEmpty && existing != "off" && existing != "on" { words.append(existing) }
      } else {
        result.append(entry)
      }
    }
    if let options, !options.isEmpty { words.append(options) }
    words += added
    return result + ["LD_PRELOAD=" + preload, "ZMALLOC_DEBUG=" + words.joined(separator: ",")]
  }

  /// The words that send recordings to a folder and leave the program's output and status alone.
  package static func words(recordingsIn folder: String) -> [String] {
    ["record=" + pattern(folder), "announce=off", "exit=keep"]
  }

  /// The pattern for the recordings' paths, in quotes where the list needs them.
  private static func pattern(_ folder: String) -> String {
    let path = folder.split(separator: "%", omittingEmptySubsequences: false).joined(
      separator: "%%")
    let pattern = path + "/%e.%p.%t.%n.zleak"
    return pattern.contains(",") ? "'\(pattern)'" : pattern
  }
}

/// The options in force without the words that `run` itself adds at the end.
package func userOptions(_ options: String) -> String {
  guard options.hasSuffix(",announce=off,exit=keep"),
    let record = options.ranges(of: ",record=").last,
    options[record.upperBound...].contains("/zleakcheck.")
  else { return options }
  return String(options[..<record.lowerBound])
}

/// The words of a list of options: commas part them, but for those in single quotes.
package func optionWords(_ options: String) -> [String] {
  var words = [""]
  var isQuoted = false
  for character in options {
    if character == "'" { isQuoted.toggle() }
    if character == ",", !isQuoted {
      words.append("")
    } else {
      words[words.count - 1].append(character)
    }
  }
  return words.filter { !$0.isEmpty }
}
