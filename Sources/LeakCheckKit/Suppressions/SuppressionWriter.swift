// Rules for the leaks of a recording, for a person to keep or to strike out.
public import Recording

/// Writes rules.
public enum SuppressionWriter {
  /// The text of a file of rules, one for each root cause that has frames.
  ///
  /// A rule names the function that a person has to look at, and the fingerprint, so that it takes
  /// out this leak alone and is the same in the next build.
  ///
  /// - Parameters:
  ///   - recording: What was recorded, without what is suppressed already.
  ///   - until: The last day of the rules; `nil` for none.
  ///   - reason: Why they are there; `nil` leaves that to the reader.
  ///   - symbolizer: What knows lines and functions.
  /// - Returns: Lines that are sorted and all different.
  public static func rules(
    for recording: Recording, until: CalendarDay?, reason: String?, symbolizer: (any Symbolizer)?
  ) -> [String] {
    let groups = LeakGroup.groups(of: recording.blocks)
    var resolver = StackResolver(recording, symbolizer: symbolizer)
    resolver.prepare(groups.map(\.stack))
    var lines: [String] = []
    for group in groups {
      let stack = resolver.stack(group.stack)
      let kind = group.state == .unfreed ? "unfreed" : "leak"
      guard let name = pattern(stack) else { continue }
      let site = Fingerprint(kind: kind, site: stack).text
      let end = until.map { " until=\($0)" } ?? ""
      let what = "\(counted(group.blockCount, "block")), \(byteQuantity(group.byteCount))"
      lines.append("leak:\(name)\(end) site=\(site) # \(reason ?? "say why: \(what)")")
    }
    // Heads of other kinds from the same site have the same rule.
    var sites: Set<Substring> = []
    return lines.filter { sites.insert($0.split(separator: " # ")[0]).inserted }.sorted()
  }

  /// How many root causes have no frame that a rule could name.
  public static func unnamedCount(_ recording: Recording) -> Int {
    LeakGroup.groups(of: recording.blocks).filter { recording.stacks[$0.stack] == nil }.count
  }

  /// The function to look at, whole where the pattern allows it; the module where it has no name.
  private static func pattern(_ stack: ResolvedStack) -> String? {
    guard let frame = stack.culprit else { return nil }
    guard let function = frame.function else { return frame.moduleName ?? "*" }
    // `$` would end the pattern, and ` # ` the rule.
    let name = function.replacing("$", with: "*").replacing(" # ", with: "*")
    for candidate in ["^\(name)$", "^\(name)", name] {
      if SuppressionPattern(candidate).matches(function) { return candidate }
    }
    return "*"
  }
}
