// Plans for a block of code: what they count, how they nest, and whom they follow.
import Foundation
import Testing
import ZMalloc

/// Whether an allocation of this many bytes succeeds.
private func works(_ byteCount: Int = 8) -> Bool {
  let block = unsafe ztrymalloc(byteCount)
  defer { unsafe zfree(block) }
  return unsafe block != nil
}

/// The same by a name of its own.
@inline(never)
private func peculiar() -> Bool { works() }

/// Which of so many allocations fail, from 1.
private func failing(_ count: Int = 10, _ byteCount: (Int) -> Int = { _ in 8 }) -> [Int] {
  (1...count).filter { !works(byteCount($0)) }
}

/// Runs code in so many scopes in which all fails.
private func nested(_ depth: Int, _ body: @Sendable () async -> Void) async {
  if depth == 0 { return await body() }
  await withFaults(.all) { await nested(depth - 1, body) }
}

@Suite(.enabled(if: ZMalloc.isWatching)) struct WithFaultsTests {
  @Test(
    arguments: [
      (.none, []), (.all, Array(1...10)), (.nth(3), [3]), (.from(8), [8, 9, 10]),
      (.burst(at: 2, count: 3), [2, 3, 4]), (.every(4), [4, 8]), (.nth(1) + .nth(9), [1, 9]),
      (.rate(perMillion: 0), []), (.rate(perMillion: 1_000_000), Array(1...10)),
      (.oncePerSite, [1]), (.liveBytes(above: 1 << 40), []), (.none + .nth(2), [2]),
      (.function("no_such_function"), []), (.module("no_such_module*"), []),
      (.module("*"), Array(1...10)), (.site(1), []), (.site(1, occurrence: 2, onward: true), []),
      (.schedule([0b1000_0001, 0b10]), [1, 8, 10]), (.schedule([]), []),
      (.schedule([0, 0]) + .nth(2), [2]),
    ] as [(FaultPlan, [Int])])
  func `a plan fails what it says`(plan: FaultPlan, expected: [Int]) {
    #expect(withFaults(plan) { failing() } == expected)
    #expect(failing() == [])
  }

  @Test func `sizes are those that were asked for`() {
    #expect(withFaults(.sizes(3...5)) { failing { $0 } } == [3, 4, 5])
    #expect(withFaults(.sizes(9...)) { failing { $0 } } == [9, 10])
    #expect(withFaults(.sizes(4...Int.max)) { works(3) })
    #expect(withFaults(.liveBytes(above: 0)) { !works() })
  }

  @Test func `a function fails by its linker's name`() {
    let seen = withFaults(.function("*peculiar*")) { [works(), peculiar(), works()] }
    #expect(seen == [true, false, true])
  }

  @Test func `a share is drawn by its seed`() {
    let plan = FaultPlan.rate(perMillion: 300_000, seed: 7)
    let first = withFaults(plan) { failing(200) }
    #expect((30...90).contains(first.count))
    #expect(withFaults(plan) { failing(200) } == first)
    #expect(withFaults(.rate(perMillion: 300_000, seed: 8)) { failing(200) } != first)
  }

  @Test func `the innermost plan decides and counts alone`() {
    let seen = withFaults(.nth(3)) {
      let before = failing(2)
      let inner = withFaults(.nth(1)) { failing(4) }
      let none = withoutFaults { failing(5) }
      return [before, inner, none, failing(2)]
    }
    #expect(seen == [[], [1], [], [1]])
  }

  @Test func `errors and values come through, and the plan ends with them`() {
    #expect(throws: CancellationError.self) { try withFaults(.all) { throw CancellationError() } }
    #expect(throws: CancellationError.self) { try withoutFaults { throw CancellationError() } }
    #expect(works())
  }

  @Test func `an allocation of no bytes is never counted, a failed realloc keeps its block`() {
    guard let block = unsafe ztrymalloc(16) else {
      Issue.record("no memory")
      return
    }
    withFaults(.nth(1)) {
      #expect(works(0))
      unsafe #expect(ztryrealloc(block, 32) == nil)
      unsafe #expect(zmalloc_usable_size(block) == 16)
    }
    unsafe zfree(block)
  }

  @Test func `another thread is not touched`() {
    withFaults(.all) {
      let done = DispatchSemaphore(value: 0)
      nonisolated(unsafe) var others = [0]
      Thread.detachNewThread {
        unsafe others = failing()
        done.signal()
      }
      done.wait()
      #expect(unsafe others == [])
      #expect(!works())
    }
  }

  @Test func `a plan follows its task and its child tasks over threads`() async {
    let seen = await withFaults(.every(2)) {
      var seen: [Bool] = []
      for _ in 0..<20 {
        try? await Task.sleep(for: .microseconds(50))
        seen.append(works())
      }
      return seen
    }
    #expect(seen == (1...20).map { $0 % 2 == 1 })
    let inherited = await withFaults(.all) {
      async let child = works()
      let own = await Task { works() }.value
      let detached = await Task.detached { works() }.value
      let none = await withoutFaults {
        await Task.yield()
        return works()
      }
      return [await child, own, detached, none]
    }
    #expect(inherited == [false, false, true, true])
    #expect(works())
  }

  @Test func `plans of asynchronous and synchronous code nest`() async {
    await withFaults(.all) {
      #expect(!works())
      let inner: [Int] = withFaults(.nth(2)) { failing(3) }
      #expect(inner == [2])
      await withFaults(.none) {
        await Task.yield()
        #expect(works())
      }
      #expect(!works())
    }
  }

  @Test func `a task that outlives its scope is free of it`() async {
    let (gate, opening) = AsyncStream<Void>.makeStream()
    let task = await withFaults(.all) {
      await Task.yield()
      #expect(!works())
      return Task {
        for await _ in gate {}
        return works()
      }
    }
    // The next scopes take the lowest places, also that of the one that ended.
    await nested(20) {
      opening.finish()
      #expect(await task.value)
    }
  }

  @Test func `forty tasks at once have a plan each`() async {
    await withTaskGroup { group in
      for number in 1...40 {
        group.addTask {
          let seen = await withFaults(.nth(number)) {
            var seen: [Int] = []
            for place in 1...120 {
              if place % 30 == 0 { try? await Task.sleep(for: .microseconds(20)) }
              if !works() { seen.append(place) }
            }
            return seen
          }
          #expect(seen == [number])
        }
      }
    }
  }
}

@Suite struct FaultPlanTests {
  @Test func `plans are spelled as the variable spells them`() {
    #expect(FaultPlan.nth(37).text == "nth:37")
    #expect((FaultPlan.burst(at: 2, count: 3) + .sizes(1...2)).text == "burst:2,3+size:1-2")
    #expect(FaultPlan.rate(perMillion: 5).text == "rate:0.000005")
    #expect(FaultPlan.none.text == "")
    #expect(FaultPlan.module("libx*").text == "module:libx*")
    #expect(FaultPlan.site(.max).text == "site:ffffffffffffffff")
    #expect(FaultPlan.site(0x4F2A, occurrence: 3).text == "site:4f2a@3")
    #expect(FaultPlan.site(0x4F2A, occurrence: 1, onward: true).text == "site:4f2a@1-")
    #expect(FaultPlan.schedule([0, 0xA5]).text == "schedule:00a5")
    #expect(FaultPlan.schedule(repeatElement(255, count: 999)).text.utf8.count == 9 + 512)
    #expect((.nth(1) + FaultPlan.rate(perMillion: 1, seed: 4)).seed == 4)
  }
}
