// The stacks, each kept once.

import CZMalloc
import Foundation
import Synchronization
import Testing

@testable import ZMallocDebug

/// The stacks that two threads intern at the same time, and the ids that each of them gets.
private enum Race {
  static let stackCount = 3000
  static let arrived = Atomic(0)
  static let ids = Mutex<[[UInt32]]>([])

  static func run() {
    let all = (0..<2).map { _ in Thread { internAll() } }
    for thread in all { thread.start() }
    while ids.withLock({ $0.count }) < all.count { usleep(1000) }
  }

  private static func internAll() {
    var thread = unsafe zmalloc_thread()
    var mine: [UInt32] = []
    unsafe withUnsafeMutablePointer(to: &thread) { thread in
      unsafe thread.pointee.frame_count = 12
      for number in 0..<stackCount {
        for frame in 0..<12 {
          unsafe zmalloc_thread_frames(thread)[frame] = UInt(number << 8 | frame | 1 << 40)
        }
        // Both come to each stack at once.
        arrived.add(1, ordering: .relaxed)
        var looks = 0
        while arrived.load(ordering: .relaxed) < 2 * (number + 1) {
          looks += 1
          if looks > 1000 { sched_yield() }
        }
        mine.append(unsafe StackDepot.intern(thread))
      }
    }
    ids.withLock { $0.append(mine) }
  }
}

@Suite struct StackDepotTests {
  // In a process of its own, which nobody else fills with stacks.
  @Test func `a stack has one id, also where two threads see it first`() async {
    await #expect(processExitsWith: .success) {
      if unsafe state.pointee.smallStackBuckets == 0 { try #require(StackDepot.start()) }
      Race.run()
      let ids = Race.ids.withLock { $0 }
      #expect(ids[0].allSatisfy { $0 != 0 })
      #expect(Set(ids[0]).count == Race.stackCount)
      #expect(ids[0] == ids[1])
    }
  }
}
