// One run of the program that doubles at each new site: the children fail there, the parent goes
// on. The command lends each child an output and a page of its own, and lets as many run at once as
// there are jobs.
import CLinux
import Glibc
import LeakCheckKit
import RecordingFormat

/// A run that doubles.
final class SplitRun {
  /// What became of a child.
  enum Outcome {
    /// It ran to its end.
    case result(RunResult)
    /// It wanted to do what others would see, or could not be made.
    case outside
  }

  private struct Child {
    var process: ChildProcess
    var slot: Int
    var trial: Trial
    var output: MemoryFile
    var started: Double
  }

  private let lane: Lane
  private let limit: Double
  private let jobs: Int
  private let socket: CInt
  private let parent: ChildProcess
  private var children: [Child] = []
  private var freeSlots: [Int]
  /// Why the program could not be split somewhere.
  private(set) var obstacles: Set<SplitObstacle> = []

  init(_ lane: Lane, words: [String], limit: Double, jobs: Int) throws(Refusal) {
    self.lane = lane
    self.limit = limit
    // One more than run at once: while the program makes the next child none of them waits for it.
    self.jobs = min(jobs + 1, CampaignPage.slotCount)
    freeSlots = Array((0..<self.jobs).reversed())
    try lane.renew()
    let ends = try makeSocketPair()
    defer { close(ends.theirs) }
    socket = ends.ours
    parent = try lane.start(words + ["split=\(Lane.lentNumbers.socket)"], socket: ends.theirs)
  }

  deinit { close(socket) }

  /// Runs to the end.
  ///
  /// - Parameters:
  ///   - wanted: The trials at a site, none to pass it by.
  ///   - deliver: Takes what became of each.
  /// - Returns: What the parent itself came to; `nil` when it had to be killed.
  /// - Throws: A sentence when a child's output cannot be made.
  func run(
    wanted: (UInt64) -> [Trial], deliver: (Trial, Outcome) -> Void
  ) throws(Refusal) -> RunResult? {
    let started = now()
    var lastSign = started
    while true {
      let (isAsked, hasEnded) = wait(orAsked: true, deliver)
      if hasEnded { lastSign = now() }
      if isAsked {
        guard let site = receive() else { break }
        let trials = wanted(site)
        for (number, trial) in trials.enumerated() {
          while freeSlots.isEmpty { _ = wait(deliver) }
          try split(trial, isLast: number == trials.count - 1, deliver)
        }
        if trials.isEmpty { send(SplitAnswer()) }
        lastSign = now()
      }
      if children.isEmpty, now() - lastSign > limit { break }
    }
    while !children.isEmpty { _ = wait(deliver) }
    let left = max(0.1, limit - (now() - lastSign))
    // Without its end nothing could be said of what the children found.
    let end = parent.wait(limit: left, isPatient: true)
    return end == .timedOut ? nil : lane.result(end, since: started)
  }

  /// The site that the program has come to; `nil` when it has ended.
  private func receive() -> UInt64? {
    var key: UInt64 = 0
    return unsafe recv(socket, &key, 8, 0) == 8 ? key : nil
  }

  private func split(
    _ trial: Trial, isLast: Bool, _ deliver: (Trial, Outcome) -> Void
  ) throws(Refusal) {
    let slot = freeSlots.removeLast()
    lane.page.reset(slot: slot)
    let output = try MemoryFile()
    // What was printed so far belongs to the child's output too.
    output.fill(from: lane.output)
    let mode = trial.kind == .onward ? SplitMode.onward : .once
    send(
      SplitAnswer(mode, slot: UInt32(slot), isLast: isLast), output: output.descriptor)
    var identifier: pid_t = 0
    guard ChildProcess.isReady(socket, within: limit), unsafe recv(socket, &identifier, 4, 0) == 4,
      identifier > 0
    else {
      if let obstacle = SplitObstacle(rawValue: identifier) { obstacles.insert(obstacle) }
      freeSlots.append(slot)
      return deliver(trial, .outside)
    }
    children.append(
      Child(
        process: try ChildProcess(identifier), slot: slot, trial: trial, output: output,
        started: now()))
  }

  private func send(_ answer: SplitAnswer, output: CInt = -1) {
    var answer = answer
    _ = unsafe clinux_send(socket, &answer, MemoryLayout<SplitAnswer>.size, output)
  }

  /// Waits until a child has ended, the program asks where that matters, or a moment is over.
  ///
  /// - Parameters:
  ///   - asks: Whether a question of the program ends the wait.
  ///   - deliver: Takes what the children left that have ended or whose time is up.
  /// - Returns: Whether the program asks, and whether a child has ended.
  private func wait(
    orAsked asks: Bool = false, _ deliver: (Trial, Outcome) -> Void
  ) -> (isAsked: Bool, hasEnded: Bool) {
    var interests = children.map {
      pollfd(fd: $0.process.descriptor, events: Int16(POLLIN), revents: 0)
    }
    interests.append(pollfd(fd: asks ? socket : -1, events: Int16(POLLIN), revents: 0))
    if unsafe poll(&interests, nfds_t(interests.count), 200) <= 0 {
      for index in interests.indices { interests[index].revents = 0 }
    }
    var running: [Child] = []
    for (child, interest) in zip(children, interests) {
      let hasEnded = interest.revents != 0
      guard hasEnded || now() - child.started > limit else {
        running.append(child)
        continue
      }
      let end = child.process.wait(limit: hasEnded ? 1 : 0)
      freeSlots.append(child.slot)
      deliver(child.trial, outcome(child, end))
    }
    let before = children.count
    children = running
    return (interests[interests.count - 1].revents != 0, running.count < before)
  }

  private func outcome(_ child: Child, _ end: RunEnd) -> Outcome {
    let page = lane.page.slot(child.slot)
    // A filter that could not be caught kills by this signal.
    if page.phase == CampaignPhase.outside.rawValue || end == .ended(.signalled(31)) {
      return .outside
    }
    return .result(
      RunResult(
        end: end, page: page, output: child.output.bytes(limit: 256 << 20), changes: [:],
        seconds: now() - child.started))
  }
}
