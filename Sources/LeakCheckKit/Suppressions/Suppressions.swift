// All rules of one run: from files, from LSAN_OPTIONS, from the program itself, and what each of
// them took out.
public import Recording

/// What one rule did.
public struct SuppressionUse: Sendable, Equatable {
  /// The rule.
  public var rule: SuppressionRule
  /// Where it comes from.
  public var source: String
  /// The blocks that it matched by their own stacks: LeakSanitizer counts these.
  public var matchedBlockCount: UInt64 = 0
  /// The blocks that it took out, with what only those held.
  public var blockCount: UInt64 = 0
  /// Their bytes.
  public var byteCount: UInt64 = 0
  /// Its last day has passed: it takes nothing out.
  public var isExpired = false

  /// The rule and its place, as in `leak:parse (rules.txt:3)`.
  public var title: String {
    source == Suppressions.programSource
      ? "\(rule.text) (of the program itself)" : "\(rule.text) (\(source):\(rule.line))"
  }
}

extension SuppressionUse {
  fileprivate mutating func count(_ bytes: UInt64, isMatch: Bool) {
    if isMatch { matchedBlockCount += 1 }
    blockCount += 1
    byteCount &+= bytes
  }

  /// What the rule did, as in `3 blocks, 96 bytes: leak:parse (rules.txt:3), reason`.
  public var sentence: String {
    let reason = rule.reason.map { ", \($0)" } ?? ""
    return "\(counted(blockCount, "block")), \(byteQuantity(byteCount)): \(title)\(reason)"
  }
}

/// The rules of a run.
public struct Suppressions {
  static let programSource = "__lsan_default_suppressions"

  /// Every rule, with what it did in all recordings so far.
  public private(set) var uses: [SuppressionUse] = []
  /// What could not be read, one sentence each.
  public private(set) var problems: [String] = []
  private var known: [SuppressionList] = []
  private var files: [String: Int] = [:]
  private var common: [Int] = []
  private let today: CalendarDay

  /// Reads the rules that count for every recording.
  ///
  /// - Parameters:
  ///   - paths: Files of rules.
  ///   - today: The day by which rules end.
  public init(files paths: [String] = [], today: CalendarDay = .today) {
    self.today = today
    for path in paths { common.append(addFile(path)) }
  }

  /// Takes out of a recording what the rules name: those of all recordings, those that its own
  /// LSAN_OPTIONS name, and those of its program.
  ///
  /// - Returns: The recording without it, and what each rule did.
  public mutating func apply(
    to recording: Recording, symbolizer: (any Symbolizer)?
  ) -> (recording: Recording, uses: [SuppressionUse]) {
    let numbers = rules(for: recording)
    let active = numbers.filter { !uses[$0].isExpired }
    guard !active.isEmpty, !recording.blocks.isEmpty else { return (recording, []) }
    var matcher = SuppressionMatcher(
      recording, rules: active.map { uses[$0].rule }, symbolizer: symbolizer)
    let chosen = matcher.choices()
    var own: [Int: SuppressionUse] = [:]
    for (block, choice) in chosen.enumerated() {
      guard let choice else { continue }
      let number = active[choice.rule]
      let byteCount = recording.blocks[block].byteCount
      own[
        number, default: SuppressionUse(rule: uses[number].rule, source: uses[number].source)
      ].count(byteCount, isMatch: choice.isMatch)
      uses[number].count(byteCount, isMatch: choice.isMatch)
    }
    if own.isEmpty { return (recording, []) }
    let kept = recording.keepingBlocks { chosen[$0] == nil }
    return (kept, own.keys.sorted().compactMap { own[$0] })
  }

  /// Rules that took nothing out, and rules that ended: one sentence for each kind.
  public var remarks: [String] {
    var remarks: [String] = []
    let unused = uses.filter { $0.blockCount == 0 && !$0.isExpired }
    if !unused.isEmpty {
      remarks.append(
        "\(counted(unused.count, "rule")) matched nothing: "
          + unused.map(\.title).joined(separator: ", "))
    }
    let expired = uses.filter(\.isExpired)
    if !expired.isEmpty {
      remarks.append(
        "\(counted(expired.count, "rule")) ended and \(expired.count == 1 ? "counts" : "count") no "
          + "more: "
          + expired.map { "\($0.title) on \($0.rule.until.map(\.description) ?? "")" }
          .joined(separator: ", "))
    }
    return remarks
  }

  private mutating func rules(for recording: Recording) -> [Int] {
    var lists = common
    let options = SanitizerOptions(recording.meta)
    if let file = options.suppressions, let path = place(of: file, recording.meta) {
      lists.append(addFile(path))
    }
    if let text = recording.meta.string(.suppressions) {
      lists.append(add(SuppressionList(text, source: Self.programSource)))
    }
    var first = 0
    var numbers: [Int] = []
    for (index, list) in known.enumerated() {
      if lists.contains(index) { numbers += first..<(first + list.rules.count) }
      first += list.rules.count
    }
    return numbers
  }

  /// As LeakSanitizer looks for it: where the program ran, then beside its executable.
  private func place(of file: String, _ meta: Metadata) -> String? {
    if file.hasPrefix("/") { return file }
    let folders = [
      meta.string(.workingDirectory), meta.string(.executable).map(parentFolder),
    ].compactMap { $0 }
    for folder in folders where FileStatus(of: "\(folder)/\(file)") != nil {
      return "\(folder)/\(file)"
    }
    return folders.first.map { "\($0)/\(file)" } ?? file
  }

  private mutating func addFile(_ path: String) -> Int {
    let real = realPath(path) ?? path
    if let index = files[real] { return index }
    let list: SuppressionList
    do throws(SystemError) {
      list = try SuppressionList(file: path)
    } catch {
      problems.append("\(error)")
      list = SuppressionList("", source: path)
    }
    let index = add(list)
    files[real] = index
    return index
  }

  /// Adds a list, or finds the same one.
  private mutating func add(_ list: SuppressionList) -> Int {
    if list.source == Self.programSource, let index = known.firstIndex(of: list) { return index }
    known.append(list)
    problems += list.mistakes
    for rule in list.rules {
      uses.append(
        SuppressionUse(rule: rule, source: list.source, isExpired: !rule.holds(on: today)))
    }
    return known.count - 1
  }
}
