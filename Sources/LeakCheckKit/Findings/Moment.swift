// When, in which thread and by which stack something happened to a block.
import Recording

/// One stack of a finding's story.
public struct Moment: Sendable {
  /// The stack.
  public var stack: ResolvedStack
  /// The number of the thread, 0 when it is not known.
  public var thread: UInt32
  /// The thread's name, empty when it has none.
  public var threadName: String
  /// The operation number, 0 when it is not known.
  public var operation: UInt64
  /// Nanoseconds since the start of the layer, 0 when it is not known.
  public var time: UInt64
}

/// The names of the threads of one recording.
struct ThreadNames {
  private var names: [UInt32: String] = [:]

  init(_ threads: [ThreadEntry]) {
    for thread in threads {
      var bytes: [UInt8] = []
      for word in [thread.nameLow, thread.nameHigh] {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
      names[thread.number] = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  subscript(number: UInt32) -> String { names[number] ?? "" }
}
