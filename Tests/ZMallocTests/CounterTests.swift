// The counters behind the used memory: how many are in use. That each is a cache line of its own is
// asserted where they are, in C.

import CZMalloc
import CZMallocTesting
import Foundation
import Testing
import ZMalloc

extension AllocationTests {
  @Suite(.serialized) struct Counters {
    @Test func `ten thousand short-lived threads need a handful of counters`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        for _ in 0..<1000 {
          runThreads(10) { unsafe zfree(zmalloc(100)) }
        }
        #expect(zmalloc_used_memory() == before)
        #expect(zmalloc_counters_in_use() < 40)
      }
    }

    @Test func `threads beyond the counters share a pool, and the sum stays exact`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        let count = Int(ZMALLOC_COUNTER_LIMIT) + 100
        let allocated = Meeting(count)
        let read = Meeting(count + 1)
        let checking = Thread {
          allocated.wait()
          #expect(zmalloc_counters_in_use() == UInt32(ZMALLOC_COUNTER_LIMIT))
          read.arrive()
        }
        checking.start()
        runThreads(count) {
          let block = unsafe zmalloc(100)
          allocated.arrive()
          read.arrive()
          read.wait()
          unsafe zfree(block)
        }
        #expect(zmalloc_used_memory() == before)
        // The late ones left; those that come find counters of their own again.
        runThreads(8) { unsafe zfree(zmalloc(100)) }
        #expect(zmalloc_used_memory() == before)
      }
    }

    @Test func `a forked child has the counters of its parent's threads for its own`() async {
      await #expect(processExitsWith: .success) {
        // All that the child will do once before: what the Swift runtime looks up for the first
        // time it looks up under a lock, which another thread would hold in the child for ever.
        runThreads(2) {
          let all = Meeting(1)
          unsafe zfree(zmalloc(100))
          all.arrive()
          all.wait()
        }
        let held = 100
        let ready = Meeting(held + 1)
        let done = Meeting(1)
        let parent = Thread {
          runThreads(held) {
            unsafe zfree(zmalloc(100))
            ready.arrive()
            done.wait()
          }
        }
        parent.start()
        ready.arrive()
        ready.wait()
        let child = zmalloc_testing_fork()
        if child == 0 {
          let all = Meeting(200)
          runThreads(200) {
            unsafe zfree(zmalloc(100))
            all.arrive()
            all.wait()
          }
          // Its own 200 and the one that forked; not the parent's hundred beside them.
          zmalloc_testing_leave(zmalloc_counters_in_use() < 250 ? 0 : 1)
        }
        var status: Int32 = -1
        unsafe waitpid(child, &status, 0)
        #expect(status == 0)
        done.arrive()
      }
    }

    @Test func `reading goes over the counters in use, not over all`() async {
      await #expect(processExitsWith: .success) {
        unsafe zfree(zmalloc(1))
        runThreads(4) { unsafe zfree(zmalloc(1)) }
        #expect(zmalloc_counters_in_use() < 20)
      }
    }
  }
}

/// Runs a body on several threads at once, and waits for them.
private func runThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
  var threads: [pthread_t] = []
  for _ in 0..<count {
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
    let code = unsafe pthread_create(
      &thread, nil,
      { box in
        guard let box = unsafe box else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box)
    #expect(code == 0)
    threads.append(thread)
  }
  for thread in threads { pthread_join(thread, nil) }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Where a number of threads meet.
private final class Meeting: @unchecked Sendable {
  private let condition = NSCondition()
  private var missing: Int

  init(_ count: Int) { missing = count }

  func arrive() {
    condition.lock()
    missing -= 1
    condition.broadcast()
    condition.unlock()
  }

  func wait() {
    condition.lock()
    while missing > 0 { condition.wait() }
    condition.unlock()
  }
}
