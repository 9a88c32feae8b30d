// Violations, crashes and leaks as text.
import Recording

extension TextReport {
  mutating func add(_ violation: ViolationFinding) {
    lines.append("")
    lines.append(style.bad(printable(violation.firstLine)))
    addWrapped(violation.certainty, indent: 2)
    if violation.count > 1 {
      addWrapped(
        "It happened \(counted(violation.count, "time")) by these stacks; the first is shown.",
        indent: 2)
    }
    if let sentence = violation.timeSentence { addWrapped(sentence, indent: 2) }
    if let fault = violation.faultBefore { addWrapped(fault.sentence, indent: 2) }
    let end = violation.noticed
    if let allocated = violation.allocated { add(allocated, "allocated here", before: end) }
    if let freed = violation.freed { add(freed, "freed here", before: end) }
    if let earlier = violation.earlier {
      let block = "\(earlier.byteCount)-byte block"
      add(earlier.allocated, "earlier at this address, a \(block), allocated here", before: end)
      add(earlier.freed, "and freed here", before: end)
    }
    if let intact = violation.intact, !violation.isIntactSinceBirth {
      add(intact, "last seen whole here", before: end)
    }
    addStack(violation.faultBefore)
    if violation.isFoundAtEnd && end.stack.frames.isEmpty {
      addHeading("found by the check at the end", facts(end, .after))
    } else {
      add(end, Self.label(violation), violation.isNoticedBefore ? .before : .after)
    }
    addChangedBytes(violation)
    if let sentence = violation.continuationSentence { addWrapped(sentence, indent: 2) }
    addNeighbour("below", violation.below)
    addNeighbour("above", violation.above)
    addFingerprint(violation.fingerprint)
  }

  mutating func add(_ crash: CrashFinding) {
    lines.append("")
    lines.append(style.bad(crash.firstLine))
    if let fault = crash.faultBefore { addWrapped(fault.sentence, indent: 2) }
    if let explanation = crash.explanation { addWrapped(explanation, indent: 2) }
    if crash.hasHandler {
      addWrapped("The program has a handler of its own for it, which ran afterwards.", indent: 2)
    }
    addStack(crash.faultBefore)
    add(crash.moment, "crashed here", .after)
    addFingerprint(crash.fingerprint)
  }

  mutating func add(_ leak: LeakFinding) {
    lines.append("")
    lines.append(style.bad(leak.firstLine))
    if let fault = leak.faultBefore { addWrapped(fault.sentence, indent: 2) }
    addStack(leak.faultBefore)
    add(leak.allocated, leak.rootCount > 1 ? "allocated here, the first of them" : "allocated here")
    for line in leak.siblingLines {
      let indent = line.prefix { $0 == " " }.count
      addWrapped(String(line.dropFirst(indent)), indent: 2 + indent, hanging: 2)
    }
    if !leak.children.isEmpty {
      lines.append(leak.state == .cycle ? "  together with" : "  holds")
      add(leak.children)
      let more = leak.childSiteCount - leak.children.count
      if more > 0 { lines.append("    and blocks from \(counted(more, "more site"))") }
    }
    if !leak.objects.isEmpty {
      lines.append("  lost objects")
      for object in leak.objects {
        lines.append("    \(hexadecimal(object.address)) (\(byteQuantity(object.byteCount)))")
      }
    }
    addFingerprint(leak.fingerprint)
  }

  mutating func add(_ site: ReachableFinding) {
    lines.append("")
    lines.append(style.strong(site.firstLine))
    addHeading("allocated here", [])
    addStack(site.stack)
  }

  mutating func add(_ since: SinceMark) {
    lines.append("")
    let moment = "mark \(since.number) (\(timeQuantity(since.time)) after the start)"
    let blocks = "\(counted(since.blockCount, "block")), \(byteQuantity(since.byteCount))"
    lines.append(style.strong("in use since \(moment): \(blocks)"))
    add(since.sites)
    let more = since.siteCount - since.sites.count
    if more > 0 { lines.append("    and blocks from \(counted(more, "more site"))") }
  }

  private mutating func add(_ sites: [LeakFinding.Child]) {
    for site in sites {
      let place = site.culprit.map { " from " + placeAndFunction($0) } ?? ""
      let text = "\(counted(site.blockCount, "block")), \(byteQuantity(site.byteCount))\(place)"
      lines.append("    " + shortened(printable(text), to: style.columnLimit - 4))
    }
  }

  /// What the program did where a violation was noticed.
  private static func label(_ violation: ViolationFinding) -> String {
    if violation.isFoundAtEnd { return "found by the check at the end" }
    if violation.access != nil && violation.kind != .useAfterFree { return "touched here" }
    return switch violation.kind {
    case .doubleFree: "freed again here"
    case .reallocAfterFree: "given to realloc here"
    case .invalidFree where violation.isRealloc, .interiorFree where violation.isRealloc:
      "given to realloc here"
    case .invalidFree, .interiorFree, .sizeMismatch, .familyMismatch: "misused here"
    case .useAfterFree: "used here"
    case .overflow, .underflow, .writeAfterFree: "noticed here"
    }
  }

  /// Adds the stack of the allocation that failed before, once in a report.
  private mutating func addStack(_ earlier: EarlierFault?) {
    guard let fault = earlier?.fault, shownFaults.insert(fault.number).inserted else { return }
    add(fault.moment, "allocation #\(fault.point) failed here")
  }

  private mutating func addFingerprint(_ fingerprint: Fingerprint) {
    lines.append(style.dim("  fingerprint \(fingerprint.text)"))
  }

  private mutating func addNeighbour(_ place: String, _ neighbour: ViolationFinding.Neighbour?) {
    guard let neighbour else { return }
    let state = neighbour.isFreed ? "freed" : "in use"
    let site = neighbour.stack.culprit.map { ", allocated at " + placeAndFunction($0) } ?? ""
    let block = "\(neighbour.byteCount)-byte block \(hexadecimal(neighbour.address))"
    addWrapped("\(place): \(block), \(state)\(site)", indent: 2, hanging: 2)
  }

  private mutating func addChangedBytes(_ violation: ViolationFinding) {
    guard !violation.changedBytes.isEmpty else { return }
    lines.append(
      "  " + padded("changed bytes", to: 18) + padded("expected", to: 26) + padded("found", to: 26)
        + "as text")
    for run in violation.changedBytes {
      let end = Int64(clamping: violation.blockByteCount)
      let place =
        run.distance >= end && violation.kind == .overflow
        ? "end+\(run.distance - end)"
        : run.distance < 0 ? "start\(run.distance)" : "start+\(run.distance)"
      lines.append(
        "    " + padded(place, to: 16) + padded(Self.hex(run.expected), to: 26)
          + style.mark(padded(Self.hex(run.found), to: 26)) + "|\(Self.ascii(run.found))|")
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  private static func ascii(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
  }
}
