// Used memory over threads: the sum is exact when they are quiet.

import Foundation
import Testing
import ZMalloc

extension AllocationTests {
  @Suite(.serialized) struct Threads {
    @Test func `frees on other threads leave the sum exact`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        for _ in 0..<50 {
          let pointers = (0..<100).map { unsafe UInt(bitPattern: zmalloc($0 * 10)) }
          let done = DispatchSemaphore(value: 0)
          Thread.detachNewThread {
            for pointer in pointers { unsafe zfree(UnsafeMutableRawPointer(bitPattern: pointer)) }
            done.signal()
          }
          done.wait()
        }
        #expect(zmalloc_used_memory() == before)
      }
    }

    @Test func `many threads at once leave the sum exact`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        DispatchQueue.concurrentPerform(iterations: 300) { number in
          var kept: [UInt] = []
          for size in 0..<200 {
            unsafe kept.append(UInt(bitPattern: zmalloc(size * (number % 7 + 1))))
          }
          for pointer in kept { unsafe zfree(UnsafeMutableRawPointer(bitPattern: pointer)) }
        }
        #expect(zmalloc_used_memory() == before)
      }
    }
  }
}
