// Memory beside the allocator below.

import CZMalloc
import Testing

@testable import ZMallocDebug

/// Knuth's linear congruential generator: its upper bits.
private struct Numbers {
  var last: UInt64

  mutating func next() -> UInt64 {
    last = last &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return last >> 33
  }
}

/// Pieces in a mapping of their own.
private final class OwnPieces: Sendable {
  let pieces: Pieces

  init(byteCount: UInt) throws {
    let at = unsafe UInt(bitPattern: zmalloc_map(Int(byteCount)))
    pieces = Pieces(start: try #require(at == 0 ? nil : at), byteCount: byteCount)
  }

  deinit { unsafe zmalloc_unmap(Memory.pointer(pieces.start), Int(pieces.byteCount)) }
}

@Suite struct AsideTests {
  @Test func `pieces in use at the same time have their bytes alone, on any thread`() async throws {
    let own = try OwnPieces(byteCount: 4 << 20)
    await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var numbers = Numbers(last: UInt64(task))
          var held: [(piece: UInt, size: UInt, mark: UInt8)] = []
          var wrong = 0
          func giveBackLast() {
            let (piece, size, mark) = held.removeLast()
            if Memory.firstOther(than: mark, piece, size) != nil { wrong += 1 }
            own.pieces.giveBack(piece, size, alignment: 16)
          }
          for _ in 0..<20_000 {
            let number = numbers.next()
            if held.count == 20 || (!held.isEmpty && number & 1 == 0) {
              held.swapAt(Int(number >> 1) % held.count, held.count - 1)
              giveBackLast()
              continue
            }
            // Few sizes, so that the threads meet.
            let size = UInt(number >> 9) % 200 + 1
            guard let piece = own.pieces.take(size, alignment: 16) else {
              wrong += 1
              continue
            }
            let mark = UInt8(truncatingIfNeeded: number >> 1)
            Memory.fill(piece, mark, size)
            held.append((piece, size, mark))
          }
          while !held.isEmpty { giveBackLast() }
          return wrong
        }
      }
      for await wrong in group { #expect(wrong == 0) }
    }
  }

  @Test(arguments: [(1, 16), (64, 64), (65, 16), (16_384, 16), (100, 4096)])
  func `a piece that was given back serves again`(size: UInt, alignment: UInt) throws {
    let own = try OwnPieces(byteCount: 1 << 16)
    let first = try #require(own.pieces.take(size, alignment: alignment))
    #expect(first % alignment == 0)
    let second = try #require(own.pieces.take(size, alignment: alignment))
    #expect(second >= first + max(size, alignment))
    own.pieces.giveBack(first, size, alignment: alignment)
    #expect(own.pieces.take(size, alignment: alignment) == first)
  }

  // Who was interrupted between its look at a list and its change must not succeed.
  @Test func `a list that looks as before is not the same`() throws {
    let own = try OwnPieces(byteCount: 1 << 16)
    let piece = try #require(own.pieces.take(64, alignment: 16))
    own.pieces.giveBack(piece, 64, alignment: 16)
    let before = Memory.load64(own.pieces.start + 8 * 6)
    #expect(UInt(before & 0xFFFF_FFFF) == piece - own.pieces.start)
    #expect(own.pieces.take(64, alignment: 16) == piece)
    own.pieces.giveBack(piece, 64, alignment: 16)
    let after = Memory.load64(own.pieces.start + 8 * 6)
    #expect(UInt(after & 0xFFFF_FFFF) == piece - own.pieces.start)
    #expect(after != before)
  }

  @Test func `what is too large for a piece, or comes after the last one, is not there`() throws {
    let own = try OwnPieces(byteCount: 1 << 16)
    #expect(own.pieces.take(16_385, alignment: 16) == nil)
    #expect(own.pieces.take(100, alignment: 32_768) == nil)
    // The first page is not given out.
    let all = (0..<1000).compactMap { _ in own.pieces.take(64, alignment: 16) }
    #expect(all.count == ((1 << 16) - 4096) / 64)
    #expect(Set(all).count == all.count)
    #expect(own.pieces.take(1, alignment: 16) == nil)
  }

  @Test func `what is beside the allocator below is given back`() throws {
    // Where the layer is not started it has no memory to cut pieces from.
    let own = unsafe UInt(bitPattern: zmalloc_map(1 << 20))
    try #require(own != 0)
    if unsafe !zmalloc_swap64(&state.pointee.aside, 0, UInt64(own)) {
      unsafe zmalloc_unmap(Memory.pointer(own), 1 << 20)
    }
    // Other threads may take a piece in between.
    var places = Set<UInt>()
    for _ in 0..<1000 {
      let piece = try #require(Aside.take(64, alignment: 16))
      places.insert(piece)
      Aside.giveBack(piece, 64, alignment: 16)
    }
    #expect(places.count < 500)
  }

  @Test func `large pieces have mappings of their own`() throws {
    let sizes: [UInt] = [16_385, 70_000, 1 << 22]
    let pieces = try sizes.map { try #require(Aside.take($0, alignment: 16)) }
    for (piece, size) in zip(pieces, sizes) { Memory.fill(piece, UInt8(size & 0x7F), size) }
    for (piece, size) in zip(pieces, sizes) {
      #expect(Memory.firstOther(than: UInt8(size & 0x7F), piece, size) == nil)
      Aside.giveBack(piece, size, alignment: 16)
    }
  }
}
