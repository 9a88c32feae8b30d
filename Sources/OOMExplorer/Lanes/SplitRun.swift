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
    var watched: CInt
    var slot: Int
    var trial: Trial
    var output: MemoryFile
    var started: Double
  }

  /// What the program asks at a site: 24 bytes.
  private struct Question {
    var key: UInt64
    var point: UInt64
    var obstacle: UInt32
    var reserved: UInt32
  }

  private let lane: Lane
  private let limit: Double
  private let jobs: Int
  private let socket: CInt
  private let parent: ChildProcess
  private var children: [Child] = []
  private var freeSlots: [Int]
  /// Why the program could not be split somewhere: 1 threads, 2 timers, 3 shared memory.
  private(set) var obstacles: Set<UInt32> = []

  init(_ lane: Lane, words: [String], limit: Double, jobs: Int) throws(Refusal) {
    self.lane = lane
    self.limit = limit
    self.jobs = min(jobs, CampaignPage.slotCount)
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
      let isAsked = waitForSign()
      if collect(deliver) { lastSign = now() }
      if isAsked {
        guard let question = receive() else { break }
        try answer(question, wanted(question.key), deliver)
        lastSign = now()
      }
      if children.isEmpty, now() - lastSign > limit { break }
    }
    while !children.isEmpty { wait(deliver) }
    let left = max(0.1, limit - (now() - lastSign))
    // Without its end nothing could be said of what the children found.
    let end = parent.wait(limit: left, isPatient: true)
    return end == .timedOut ? nil : lane.result(end, since: started)
  }

  private func receive() -> Question? {
    var question = Question(key: 0, point: 0, obstacle: 0, reserved: 0)
    let got = unsafe recv(socket, &question, 24, 0)
    return got == 24 ? question : nil
  }

  private func answer(
    _ question: Question, _ trials: [Trial], _ deliver: (Trial, Outcome) -> Void
  ) throws(Refusal) {
    if question.obstacle != 0 {
      obstacles.insert(question.obstacle)
      for trial in trials { deliver(trial, .outside) }
    } else {
      for trial in trials {
        while freeSlots.isEmpty { wait(deliver) }
        try split(trial, deliver)
      }
    }
    send(mode: 0, slot: 0, output: -1)
  }

  private func split(
    _ trial: Trial, _ deliver: (Trial, Outcome) -> Void
  ) throws(Refusal) {
    let slot = freeSlots.removeLast()
    lane.page.reset(slot: slot)
    let output = try MemoryFile()
    // What was printed so far belongs to the child's output too.
    output.copy(lane.output)
    send(mode: trial.kind == .onward ? 2 : 1, slot: slot, output: output.descriptor)
    var identifier: pid_t = 0
    guard ChildProcess.isReady(socket, within: limit), unsafe recv(socket, &identifier, 4, 0) == 4,
      identifier > 0
    else {
      freeSlots.append(slot)
      return deliver(trial, .outside)
    }
    children.append(
      Child(
        process: ChildProcess(identifier: identifier),
        watched: clinux_process_descriptor(identifier), slot: slot, trial: trial, output: output,
        started: now()))
  }

  private func send(mode: UInt32, slot: Int, output: CInt) {
    var answer = (mode, UInt32(slot))
    _ = unsafe clinux_send(socket, &answer, 8, output)
  }

  /// Waits until the program asks, a child has ended, or a fifth of a second is over; whether it
  /// asks.
  private func waitForSign() -> Bool {
    var interests = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
    interests += children.map { pollfd(fd: $0.watched, events: Int16(POLLIN), revents: 0) }
    return unsafe poll(&interests, nfds_t(interests.count), 200) > 0 && interests[0].revents != 0
  }

  /// Waits until a child has ended.
  private func wait(_ deliver: (Trial, Outcome) -> Void) {
    var interests = children.map { pollfd(fd: $0.watched, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&interests, nfds_t(interests.count), 100)
    _ = collect(deliver)
  }

  /// Takes what the children left that have ended or whose time is up; whether there was one.
  private func collect(_ deliver: (Trial, Outcome) -> Void) -> Bool {
    var running: [Child] = []
    let before = children
    children = []
    for child in before {
      let isReady = ChildProcess.isReady(child.watched, within: 0)
      let left = limit - (now() - child.started)
      guard isReady || left <= 0 else {
        running.append(child)
        continue
      }
      close(child.watched)
      let end = isReady ? child.process.wait(limit: 1) : child.process.wait(limit: 0)
      freeSlots.append(child.slot)
      deliver(child.trial, outcome(child, end))
    }
    children = running + children
    return running.count < before.count
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
