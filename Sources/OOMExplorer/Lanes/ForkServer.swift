// The program that waits before `main`, from the outside: a message in, a process out.
import CLinux
import Glibc
import LeakCheckKit

/// A process that gives copies of itself.
final class ForkServer {
  let process: ChildProcess
  private let socket: CInt
  /// What it had printed before it waited: the output and the errors of each copy begin so.
  var printed: (output: [UInt8], errors: [UInt8]) = ([], [])
  /// Where it gives its copies; `nil` for anywhere.
  private let processor: Int?
  private var isBound = false

  /// Starts the program of a lane as a server, with the words that all its copies have.
  init(_ lane: Lane, words: [String]) throws(Refusal) {
    let ends = try makeSocketPair()
    defer { close(ends.theirs) }
    socket = ends.ours
    processor = lane.processor
    process = try lane.start(
      words + ["serve=\(Lane.lentNumbers.socket)"], socket: ends.theirs)
  }

  private init(process: ChildProcess, socket: CInt, processor: Int?) {
    self.process = process
    self.socket = socket
    self.processor = processor
  }

  deinit { close(socket) }

  /// A copy that runs with these words too; `nil` when none can be made.
  func copy(_ words: [String]) throws(Refusal) -> ChildProcess? {
    ask(forCopy: words) ? try answer() : nil
  }

  /// Asks for a copy that runs with these words too.
  ///
  /// The answer is read before the next question.
  ///
  /// - Parameters:
  ///   - words: Words for the layer.
  ///   - passed: A descriptor that the copy gets, -1 for none.
  /// - Returns: Whether the server is there.
  func ask(forCopy words: [String], passing passed: CInt = -1) -> Bool {
    // A comma at least: an empty message would look like the end.
    let message = Array((words.joined(separator: ",") + ",").utf8)
    return unsafe message.withUnsafeBytes {
      unsafe clinux_send(socket, $0.baseAddress, $0.count, passed)
    }
  }

  /// The copy that was asked for; `nil` when none could be made.
  func answer() throws(Refusal) -> ChildProcess? {
    guard ChildProcess.isReady(socket, within: 60) else { return nil }
    var identifier: pid_t = 0
    let got = unsafe recv(socket, &identifier, 4, 0)
    bind()
    return got == 4 && identifier > 0 ? try ChildProcess(identifier) : nil
  }

  /// A copy that goes on to a point and gives copies of itself there.
  ///
  /// - Parameters:
  ///   - point: The number of the allocation.
  ///   - limit: Seconds that it may take.
  /// - Returns: `nil` where a copy of it would not be as one that was run up to there: it has
  ///   threads, files or the like. It has ended then.
  /// - Throws: A sentence when there are no descriptors left.
  func rung(at point: UInt64, limit: Double) throws(Refusal) -> ForkServer? {
    let ends = try makeSocketPair()
    let words = ["fail=nth:\(point)", "lean", "rung"]
    let process: ChildProcess?
    do throws(Refusal) {
      process = ask(forCopy: words, passing: ends.theirs) ? try answer() : nil
    } catch {
      close(ends.theirs)
      close(ends.ours)
      throw error
    }
    // With it open here too, nobody would hear of the end of who has it there.
    close(ends.theirs)
    guard let process else {
      close(ends.ours)
      return nil
    }
    let server = ForkServer(process: process, socket: ends.ours, processor: processor)
    var answer: Int32 = -1
    if ChildProcess.isReady(ends.ours, within: limit), unsafe recv(ends.ours, &answer, 4, 0) == 4,
      answer == 0
    {
      server.bind()
      return server
    }
    server.end(limit: 0)
    return nil
  }

  /// Binds it, once it has answered: it has noted by then what its copies may use.
  private func bind() {
    guard let processor, !isBound else { return }
    isBound = true
    clinux_bind(process.identifier, CInt(processor))
  }

  /// How much memory it holds, in bytes, what it shares with others with it; 0 when nobody knows.
  var residentByteCount: Int {
    let path = "/proc/\(process.identifier)/statm"
    guard let bytes = try? OpenFile.contents(of: path) else { return 0 }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
  }

  /// Ends it.
  func end(limit: Double = 1) {
    shutdown(socket, CInt(SHUT_RDWR))
    _ = process.wait(limit: limit)
  }
}
