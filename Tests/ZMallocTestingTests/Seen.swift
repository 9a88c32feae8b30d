// Messages, collected from any thread.
import Synchronization

/// Messages that came.
final class Seen: Sendable {
  private let list = Mutex<[String]>([])
  var texts: [String] { list.withLock { $0 } }
  func add(_ text: String) { list.withLock { $0.append(text) } }
}
