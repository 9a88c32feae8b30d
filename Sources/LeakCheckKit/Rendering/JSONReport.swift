// The report as JSON: `report.schema.json` beside this folder says what stands where.
import Recording

/// Renders reports as one JSON document.
public enum JSONReport {
  /// The version of the schema; it changes when a reader has to.
  public static let schemaVersion: Int64 = 1

  /// The document.
  ///
  /// - Parameters:
  ///   - reports: One for each recording.
  ///   - exitStatus: What `zleakcheck` ends with under its own rules.
  ///   - programStatus: What the program ended with; `nil` when it is not known.
  ///   - problems: What `zleakcheck` could not do, one sentence each.
  ///   - remarks: What else a person should know, one sentence each.
  ///   - watched: What all processes say together.
  ///   - suppressions: All rules that take leaks out, and what each did in all recordings.
  /// - Returns: The document; ``JSON/rendered()`` makes text of it.
  public static func document(
    _ reports: [Report], exitStatus: Int32, programStatus: Int32?, problems: [String],
    remarks: [String], watched: WatchedSummary, suppressions: [SuppressionUse] = []
  ) -> JSON {
    .object([
      .init("schema", .string("swift-zmalloc report")),
      .init("schemaVersion", .integer(schemaVersion)),
      .init(
        "exitStatus",
        .object([
          .init("zleakcheck", .integer(Int64(exitStatus))),
          .init("program", programStatus.map { .integer(Int64($0)) } ?? .null),
        ])),
      .init("problems", .array(problems.map(JSON.string))),
      .init("remarks", .array(remarks.map(JSON.string))),
      .init(
        "watched",
        .object([
          .init("processes", .count(watched.processCount)),
          .init("allocations", .count(watched.allocationCount)),
          .init("leakedBlocks", .count(watched.leakedBlockCount)),
          .init("leakedBytes", .count(watched.leakedByteCount)),
          .init("violations", .count(watched.violationCount)),
          .init("crashes", .count(watched.crashCount)),
          .init("withoutLeakScan", .count(watched.unscannedCount)),
        ])),
      .init("suppressions", .array(suppressions.map(json))),
      .init("recordings", .array(reports.map(json))),
    ])
  }

  private static func json(_ report: Report) -> JSON {
    .object([
      .init("file", .string(report.file)),
      .init("process", process(report)),
      .init("totals", totals(report)),
      .init("violations", .array(report.violations.map(json))),
      .init("crash", report.crash.map(json) ?? .null),
      .init("leaks", .array(report.leaks.map(json))),
      .init("since", report.since.map(json) ?? .null),
      .init("stopNanoseconds", report.meta.number(.stopTime).map { .count($0) } ?? .null),
      .init("omittedLeakCount", .count(report.omittedLeakCount)),
      .init("reachable", report.reachable.map { .array($0.map(json)) } ?? .null),
      .init("suppressed", .array(report.suppressed.map(json))),
      .init("faults", .array(report.faults.map(json))),
      .init("notes", .array(report.notes.map(JSON.string))),
      .init(
        "commands",
        .array(
          report.commands.map {
            .object([.init("purpose", .string($0.purpose)), .init("command", .string($0.text))])
          })),
    ])
  }

  private static func json(_ use: SuppressionUse) -> JSON {
    .object([
      .init("rule", .string(use.rule.text)),
      .init("source", .string(use.source)),
      .init("line", .count(use.rule.line)),
      .init("until", .optional(use.rule.until?.description)),
      .init("reason", .optional(use.rule.reason)),
      .init("isExpired", .bool(use.isExpired)),
      .init("matchedBlocks", .count(use.matchedBlockCount)),
      .init("blocks", .count(use.blockCount)),
      .init("bytes", .count(use.byteCount)),
    ])
  }

  private static func process(_ report: Report) -> JSON {
    let meta = report.meta
    return .object([
      .init("name", .string(report.programName)),
      .init("executable", .optional(meta.string(.executable))),
      .init("arguments", .array(meta.arguments.map(JSON.string))),
      .init("workingDirectory", .optional(meta.string(.workingDirectory))),
      .init("pid", .count(report.processID)),
      .init("parentPid", .count(meta.number(.parentProcessID) ?? 0)),
      .init("machine", .optional(meta.string(.machine))),
      .init("variant", .optional(meta.string(.variant))),
      .init("layerVersion", .optional(meta.string(.layerVersion))),
      .init("options", .optional(meta.string(.options))),
      .init("sanitizerOptions", .optional(meta.string(.sanitizerOptions))),
      .init("faultPlan", .optional(meta.string(.faultPlan))),
      .init("faultSeed", meta.number(.faultSeed).map { .string(String($0)) } ?? .null),
      .init("reason", meta.reason.map { .string("\($0)") } ?? .null),
      .init("exitStatus", meta.number(.exitStatus).map { .count($0) } ?? .null),
    ])
  }

  private static func totals(_ report: Report) -> JSON {
    let keys: [(String, MetaKey)] = [
      ("allocations", .allocationCount), ("frees", .freeCount), ("liveBlocks", .liveBlockCount),
      ("liveBytes", .liveByteCount), ("peakBytes", .peakByteCount),
      ("reachableBlocks", .reachableBlockCount), ("reachableBytes", .reachableByteCount),
      ("unrecordedBlocks", .unrecordedCount), ("foreignFrees", .foreignFreeCount),
      ("stacks", .stackCount), ("stacksDropped", .stacksDropped), ("faults", .faultCount),
      ("faultPoints", .faultPointCount), ("metadataBytes", .metadataByteCount),
      ("quarantineBytes", .quarantineByteCount), ("scanNanoseconds", .scanTime),
      ("scannedBytes", .scannedByteCount), ("processNanoseconds", .processTime),
    ]
    var members = keys.map { name, key in
      JSON.Member(name, report.meta.number(key).map { .count($0) } ?? .null)
    }
    members.append(.init("leakedBlocks", .count(report.leakedBlockCount)))
    members.append(.init("leakedBytes", .count(report.leakedByteCount)))
    members.append(.init("violations", .count(report.violationCount)))
    return .object(members)
  }
}
