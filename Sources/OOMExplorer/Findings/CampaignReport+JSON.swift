// A campaign's report as JSON: `campaign.schema.json` beside this folder says what stands where.
import LeakCheckKit

extension CampaignReport {
  /// The document.
  var json: JSON {
    .object([
      .init("schema", .string("swift-zmalloc campaign")), .init("schemaVersion", .integer(1)),
      .init("program", .string(record.identity.program)),
      .init("arguments", .array(record.identity.arguments.map(JSON.string))),
      .init("file", .string(file)), .init("sites", .count(record.sites.count)),
      .init("trials", .count(record.trials.count)),
      .init("milliseconds", milliseconds(seconds)),
      .init("plainMilliseconds", milliseconds(plainSeconds)),
      .init("runMilliseconds", milliseconds(runSeconds)),
      .init(
        "split",
        split.map { times in
          .object([
            .init("milliseconds", milliseconds(times.seconds)),
            .init("childMilliseconds", milliseconds(times.childSeconds)),
          ])
        } ?? .null),
      .init("untried", .count(untriedCount)),
      .init(
        "verdicts", .object(counts.map { .init($0.0.rawValue, .count($0.1)) })),
      .init("isBroken", .bool(isBroken)), .init("remarks", .array(record.remarks.map(JSON.string))),
      .init("findings", .array(findings.map(json))),
    ])
  }

  private func milliseconds(_ seconds: Double?) -> JSON {
    seconds.map { .integer(Int64($0 * 1e3)) } ?? .null
  }

  private func json(_ entry: NamedFinding) -> JSON {
    .object([
      .init("id", .string(entry.finding.id)),
      .init("verdict", .string(entry.finding.verdict.rawValue)),
      .init("title", .string(entry.finding.title)), .init("detail", .string(entry.finding.detail)),
      .init("isKnown", .bool(known.contains(entry.finding.id))),
      .init("status", .integer(Int64(entry.finding.status))),
      .init("signal", .integer(Int64(entry.finding.signal))),
      .init("plan", .string(entry.finding.plan)),
      .init("failures", .count(entry.finding.trialCount)),
      .init("samples", .array(entry.finding.samples.map { .string($0.name) })),
      .init("broke", json(entry.breakStack)), .init("failed", json(entry.faultStack)),
    ])
  }

  private func json(_ stack: ResolvedStack) -> JSON {
    .array(
      stack.frames.map { frame in
        .object([
          .init("function", .optional(frame.function)),
          .init("module", .optional(frame.moduleName)),
          .init("file", .optional(frame.location?.file)),
          .init("line", frame.location.map { .count($0.line) } ?? .null),
        ])
      })
  }
}
