// What a recording could not hold or watch, as sentences.
import Recording

/// One sentence for each limit that was met and each thing that was not watched.
func limitNotes(_ recording: Recording) -> [String] {
  let meta = recording.meta
  var notes: [String] = []
  func note(_ key: MetaKey, _ sentence: (UInt64) -> String) {
    if let number = meta.number(key), number > 0 { notes.append(sentence(number)) }
  }
  if meta.number(.unwinderPresent) == 0 {
    notes.append("stacks have one frame: libunwind was not found (apt install libunwind8)")
  }
  if meta.number(.leaksScanned) != 1 {
    notes.append("no leak scan ran: \(noScanReason(meta))")
  }
  notes += tableNotes(recording)
  note(.stacksDropped) { "\(counted($0, "stack")) were not kept: the limit of stacks was met" }
  note(.siblingsDropped) {
    "\(counted($0, "free")) are not told among the sites: the limit of places was met"
  }
  note(.recordLimitMet) { _ in "later blocks were not watched: the limit of records was met" }
  let areas = counted(meta.number(.guardAreaLimit) ?? 0, "area")
  note(.unguardedBlockCount) {
    "\(counted($0, "block")) got no guard page: guarded ones may be \(areas) of memory, half of "
      + "vm.max_map_count"
  }
  note(.unguardedLargeCount) { "\(counted($0, "block")) got no guard page: too large for one" }
  note(.unguardedPageCount) {
    "\(counted($0, "block")) got no guard page: there was no address space left, or no memory"
  }
  note(.modulesCut) { _ in "not all modules could be listed: some frames have no name" }
  note(.mappingsUnread) { _ in
    "/proc was not there at the end: a block that only mapped memory holds may be called lost"
  }
  if let names = meta.string(.silentThreads) {
    let isOne = !names.contains(", ")
    notes.append(
      "\(isOne ? "a thread" : "threads") did not stop for the leak scan: \(names); all of "
        + "\(isOne ? "its stack" : "their stacks") counted, so that a lost block may be missed")
  }
  note(.foreignFreeCount) {
    "\(counted($0, "free")) of pointers that libc itself had allocated, handed on to it"
  }
  note(.inheritedBlockCount) {
    "\(counted($0, "block")) came from the parent by fork and "
      + "\($0 == 1 ? "is" : "are") not reported"
  }
  return notes
}

/// What the tables of lost blocks and of violations did not hold.
private func tableNotes(_ recording: Recording) -> [String] {
  let meta = recording.meta
  var notes: [String] = []
  let lost = meta.number(.lostBlockCount) ?? 0
  if lost > UInt64(recording.blocks.count) && meta.number(.leaksScanned) == 1 {
    notes.append(
      "\(grouped(recording.blocks.count)) of \(counted(lost, "lost block")) are told apart: the "
        + "table's limit was met")
  }
  let violations = meta.number(.violationCount) ?? 0
  let told = recording.violations.reduce(0) { $0 + 1 + UInt64($1.repeatCount) }
  if violations > told {
    notes.append(
      "\(grouped(told)) of \(counted(violations, "violation")) are told of: the table's limit of "
        + "\(counted(recording.violations.count, "different violation")) was met")
  }
  return notes
}

private func noScanReason(_ meta: Metadata) -> String {
  if meta.string(.options)?.contains("leaks=off") == true { return "leaks=off turned it off" }
  switch meta.number(.leakCheckWaived) {
  case 1: return "the program had made its last check before (__lsan_do_leak_check)"
  case 2: return "the program wants none (__lsan_is_turned_off)"
  case 3: return "LSAN_OPTIONS turned it off"
  default: break
  }
  return switch meta.reason {
  case .violation: "the program was stopped by a violation"
  case .signal: "the program died by a signal"
  case .request, .snapshot: "the recording was asked for in the middle"
  case .exit, nil: "the program ended in a way that does not allow it"
  }
}
