// LSAN_OPTIONS as a report obeys it: the file of rules, the status, how much is shown. The layer
// obeys the rest; RecordingFormat holds the grammar for both.
public import Recording
import RecordingFormat

/// What LSAN_OPTIONS says to a report.
public struct SanitizerOptions: Sendable, Equatable {
  /// A file of rules; `nil` for none.
  public private(set) var suppressions: String?
  /// The status for leaks, 0 for the program's own; `nil` where nothing is said.
  public private(set) var exitStatus: Int32?
  /// The addresses of lost blocks are shown.
  public private(set) var reportsObjects = false
  /// The most leaks that are shown; `nil` for all.
  public private(set) var leakEntryLimit: Int?
  /// The rules that were used are shown.
  public private(set) var printsSuppressions = true
  /// What is not obeyed, one sentence each.
  public private(set) var remarks: [String] = []

  /// What was in force for a recorded process: its program's own words, then the variable's.
  public init(_ meta: Metadata) { self.init(meta.string(.sanitizerOptions) ?? "") }

  /// Reads a list of flags.
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    var words = SanitizerWords()
    while let word = words.next(in: bytes.span) {
      let name = String(decoding: bytes[word.name], as: UTF8.self)
      guard let flag = SanitizerFlag(bytes.span, word.name) else {
        let isForeign = ForeignSanitizerFlag.isKnown(bytes.span, word.name)
        remark("LSAN_OPTIONS: '\(name)' " + (isForeign ? "does not apply here" : "is not known"))
        continue
      }
      let isGood = word.value.map { obey(flag, bytes, $0) } ?? false
      if !isGood { remark("LSAN_OPTIONS: '\(name)' has a value that it does not take") }
    }
  }

  private mutating func remark(_ sentence: String) {
    if !remarks.contains(sentence) { remarks.append(sentence) }
  }

  /// Obeys one flag; `false` for a value that it does not take.
  private mutating func obey(
    _ flag: SanitizerFlag, _ bytes: [UInt8], _ value: Range<Int>
  ) -> Bool {
    let truth = SanitizerFlag.truth(bytes.span, value)
    let number = SanitizerFlag.number(bytes.span, value)
    switch flag {
    case .suppressions:
      suppressions = value.isEmpty ? nil : String(decoding: bytes[value], as: UTF8.self)
    case .exitCode:
      guard let number, number < 256 else { return false }
      exitStatus = number
    case .maxLeaks:
      guard let number else { return false }
      leakEntryLimit = number == 0 ? nil : Int(number)
    case .reportObjects:
      guard let truth else { return false }
      reportsObjects = truth
    case .printSuppressions:
      guard let truth else { return false }
      printsSuppressions = truth
    case .detectLeaks, .leakCheckAtExit, .useGlobals, .useStacks, .useRegisters, .useTLS,
      .useRootRegions, .useLinkerAllocations:
      return truth != nil
    }
    return true
  }
}
