// Violations, crashes, leaks, faults and stacks as JSON.
import Recording

extension JSONReport {
  static func json(_ violation: ViolationFinding) -> JSON {
    .object([
      .init("kind", .string("\(violation.kind)")),
      .init("message", .string(violation.firstLine)),
      .init("certainty", .string(violation.certainty)),
      .init("foundAtEnd", .bool(violation.isFoundAtEnd)),
      .init("fingerprint", .string(violation.fingerprint.text)),
      .init("pointer", .address(violation.pointer)),
      .init("blockAddress", violation.blockAddress == 0 ? .null : .address(violation.blockAddress)),
      .init("blockBytes", .count(violation.blockByteCount)),
      .init("distance", .integer(violation.distance)),
      .init("changedBytes", .count(violation.changedByteCount)),
      .init("access", .optional(violation.access.map { "\($0)" })),
      .init("allocated", violation.allocated.map(json) ?? .null),
      .init("freed", violation.freed.map(json) ?? .null),
      .init("noticed", json(violation.noticed)),
      .init("noticedBefore", .bool(violation.isNoticedBefore)),
      .init(
        "evidence",
        .array(
          violation.changedBytes.map { run in
            .object([
              .init("distance", .integer(run.distance)),
              .init("expected", .array(run.expected.map { .integer(Int64($0)) })),
              .init("found", .array(run.found.map { .integer(Int64($0)) })),
            ])
          })),
      .init("below", violation.below.map(json) ?? .null),
      .init("above", violation.above.map(json) ?? .null),
      .init("count", .count(violation.count)),
      .init("allocatedBy", .string("\(violation.family)")),
      .init("isAtLeast", .bool(violation.isAtLeast)),
      .init("earlier", violation.earlier.map(json) ?? .null),
      .init("intact", violation.intact.map(json) ?? .null),
      .init("continues", continuation(violation)),
      .init("faultBefore", .optional(violation.faultBefore?.sentence)),
    ])
  }

  private static func json(_ earlier: ViolationFinding.EarlierLife) -> JSON {
    .object([
      .init("bytes", .count(earlier.byteCount)),
      .init("allocated", json(earlier.allocated)),
      .init("freed", json(earlier.freed)),
    ])
  }

  private static func continuation(_ violation: ViolationFinding) -> JSON {
    guard let continuation = violation.continuation else { return .null }
    return .object([
      .init("whose", .string(violation.continuesBelow ? "below" : "own")),
      .init("by", .string("\(continuation)")),
    ])
  }

  static func json(_ crash: CrashFinding) -> JSON {
    .object([
      .init("message", .string(crash.firstLine)),
      .init("signal", .count(UInt64(crash.signal))),
      .init("signalName", .string(signalName(crash.signal))),
      .init("code", .integer(Int64(crash.code))),
      .init("faultAddress", .address(crash.faultAddress)),
      .init("hasHandler", .bool(crash.hasHandler)),
      .init("fingerprint", .string(crash.fingerprint.text)),
      .init("moment", json(crash.moment)),
      .init("faultBefore", .optional(crash.faultBefore?.sentence)),
    ])
  }

  static func json(_ since: SinceMark) -> JSON {
    .object([
      .init("mark", .count(UInt64(since.number))),
      .init("nanoseconds", .count(since.time)),
      .init("blocks", .count(since.blockCount)),
      .init("bytes", .count(since.byteCount)),
      .init("sites", .count(since.siteCount)),
      .init("from", .array(since.sites.map(json))),
    ])
  }

  private static func json(_ site: LeakFinding.Child) -> JSON {
    .object([
      .init("blocks", .count(site.blockCount)),
      .init("bytes", .count(site.byteCount)),
      .init("from", site.culprit.map(json) ?? .null),
    ])
  }

  static func json(_ leak: LeakFinding) -> JSON {
    .object([
      .init("state", .string("\(leak.state)")),
      .init("message", .string(leak.firstLine)),
      .init("fingerprint", .string(leak.fingerprint.text)),
      .init("roots", .count(leak.rootCount)),
      .init("rootBytes", leak.rootByteCount.map { .count($0) } ?? .null),
      .init("blocks", .count(leak.blockCount)),
      .init("bytes", .count(leak.byteCount)),
      .init("firstAddress", .address(leak.firstAddress)),
      .init("allocated", json(leak.allocated)),
      .init("holdsSites", .count(leak.childSiteCount)),
      .init(
        "holds",
        .array(
          leak.children.map(json))),
      .init("faultBefore", .optional(leak.faultBefore?.sentence)),
      .init("freedSiblings", leak.freedSiblings.map(json) ?? .null),
      .init(
        "objects",
        .array(
          leak.objects.map { object in
            .object([
              .init("address", .address(object.address)), .init("bytes", .count(object.byteCount)),
            ])
          })),
    ])
  }

  private static func json(_ siblings: FreedSiblings) -> JSON {
    .object([
      .init("blocks", .count(siblings.blockCount)),
      .init(
        "places",
        .array(
          siblings.places.map { place in
            .object([
              .init("blocks", .count(place.blockCount)),
              .init("at", place.culprit.map(json) ?? .null),
            ])
          })),
    ])
  }

  static func json(_ site: ReachableFinding) -> JSON {
    .object([
      .init("message", .string(site.firstLine)),
      .init("blocks", .count(site.blockCount)),
      .init("bytes", .count(site.byteCount)),
      .init("stack", json(site.stack)),
    ])
  }

  static func json(_ fault: FaultFinding) -> JSON {
    .object([
      .init("number", .count(UInt64(fault.number))),
      .init("point", .count(fault.point)),
      .init("request", .string(fault.request)),
      .init("bytes", .count(fault.byteCount)),
      .init("moment", json(fault.moment)),
    ])
  }

  private static func json(_ neighbour: ViolationFinding.Neighbour) -> JSON {
    .object([
      .init("address", .address(neighbour.address)),
      .init("bytes", .count(neighbour.byteCount)),
      .init("isFreed", .bool(neighbour.isFreed)),
      .init("stack", json(neighbour.stack)),
    ])
  }

  private static func json(_ moment: Moment) -> JSON {
    .object([
      .init("thread", .count(UInt64(moment.thread))),
      .init("threadName", .string(moment.threadName)),
      .init("operation", .count(moment.operation)),
      .init("nanoseconds", .count(moment.time)),
      .init("stack", json(moment.stack)),
    ])
  }

  private static func json(_ stack: ResolvedStack) -> JSON {
    .object([
      .init("isCut", .bool(stack.isCut)),
      .init("isOneFrame", .bool(stack.isOneFrame)),
      .init("frames", .array(stack.frames.map(json))),
    ])
  }

  private static func json(_ frame: Frame) -> JSON {
    .object([
      .init("address", .address(frame.address)),
      .init("module", .optional(frame.moduleName)),
      .init("moduleOffset", .address(frame.moduleOffset)),
      .init("function", .optional(frame.function)),
      .init("file", .optional(frame.location?.file)),
      .init("line", frame.location.map { .count($0.line) } ?? .null),
      .init("column", frame.location?.column.map { .count($0) } ?? .null),
      .init("isInlined", .bool(frame.isInlined)),
      .init("origin", .string(frame.origin.rawValue)),
    ])
  }
}
