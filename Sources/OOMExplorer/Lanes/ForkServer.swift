// The program that waits before `main`, from the outside: a message in, a process out.
import CLinux
import Glibc
import LeakCheckKit

/// A process that gives copies of itself.
final class ForkServer {
  let process: ChildProcess
  private let socket: CInt

  /// Starts the program of a lane as a server, with the words that all its copies have.
  init(_ lane: Lane, words: [String]) throws(Refusal) {
    let ends = try makeSocketPair()
    defer { close(ends.theirs) }
    socket = ends.ours
    process = try lane.start(
      words + ["serve=\(Lane.lentNumbers.socket)"], socket: ends.theirs)
  }

  /// A copy that runs with these words too; `nil` when none can be made.
  func copy(_ words: [String]) throws(Refusal) -> ChildProcess? {
    // A comma at least: an empty message would look like the end.
    let message = Array((words.joined(separator: ",") + ",").utf8)
    let isSent = unsafe message.withUnsafeBytes {
      unsafe clinux_send(socket, $0.baseAddress, $0.count, -1)
    }
    guard isSent, ChildProcess.isReady(socket, within: 60) else { return nil }
    var identifier: pid_t = 0
    let got = unsafe recv(socket, &identifier, 4, 0)
    return got == 4 && identifier > 0 ? try ChildProcess(identifier) : nil
  }

  /// Ends it.
  func end() {
    close(socket)
    _ = process.wait(limit: 1)
  }
}
