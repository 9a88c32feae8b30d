// Ctrl-C: what is under way ends, and what is known is told.
import Glibc
import Synchronization

/// Whether a person wants the campaign to end with what is known.
enum Interruption {
  private static let count = Atomic<Int>(0)
  private static let heededCount = Atomic<Int>(0)

  /// What is under way is to end.
  static var isWanted: Bool {
    count.load(ordering: .relaxed) > heededCount.load(ordering: .relaxed)
  }

  /// A person has ended something.
  static var wasWanted: Bool { count.load(ordering: .relaxed) > 0 }

  /// What was under way has ended: only the next interrupt ends what follows.
  static func heed() {
    heededCount.store(count.load(ordering: .relaxed), ordering: .relaxed)
  }

  /// From here on an interrupt or a termination ends the campaign instead of this process.
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in
        Interruption.count.wrappingAdd(1, ordering: .relaxed)
      }
    }
    signal(SIGPIPE, SIG_IGN)
    // Ignored, as some that start us leave it, it would take our children from us.
    signal(SIGCHLD, SIG_DFL)
  }
}
