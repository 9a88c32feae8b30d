// A bound on the processes that run at once: Swift Testing starts all cases together.
import Foundation

/// Lets a few callers in at a time, in the order of their coming.
actor Gate {
  /// As many processes as there are cores, and two at least.
  static let processes = Gate(places: max(2, ProcessInfo.processInfo.activeProcessorCount))

  private var freePlaces: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { freePlaces = places }

  /// Waits for a place and takes it.
  func enter() async {
    guard freePlaces == 0 else {
      freePlaces -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Hands the place to who waits longest.
  func leave() {
    guard waiting.isEmpty else { return waiting.removeFirst().resume() }
    freePlaces += 1
  }
}
