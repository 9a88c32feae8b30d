// Three mistakes for tools/try to find, one a function.
//
// Usage: planted leak|overflow|ignored-failure
import Glibc

final class Guest {
  let name: String
  var neighbour: Guest?

  init(name: String) { self.name = name }
}

/// Seats two guests beside each other: each keeps the other alive for ever.
@inline(never)
func leakTwoGuestsInARetainCycle() {
  let ada = Guest(name: "Augusta Ada King, Countess of Lovelace")
  let grace = Guest(name: "Grace Brewster Murray Hopper")
  ada.neighbour = grace
  grace.neighbour = ada
  print("\(ada.name) and \(grace.name)")
}

/// Writes 25 numbers into a buffer of 24.
@inline(never)
func overflowABufferOfNumbers() {
  let numbers = UnsafeMutablePointer<UInt8>.allocate(capacity: 24)
  for index in 0...24 { (numbers + index).initialize(to: UInt8(index)) }
  print("the last is \(numbers[23])")
  numbers.deallocate()
}

/// Never asks whether malloc gave anything: C's pointers may be taken without a question mark.
@inline(never)
func ignoreAFailedAllocation() {
  for row in 0..<1_000 {
    let bytes: UnsafeMutableRawPointer = malloc(64)
    bytes.storeBytes(of: row, as: Int.self)
    free(bytes)
  }
  print("1000 rows")
}

switch CommandLine.arguments.dropFirst().first {
case "leak": leakTwoGuestsInARetainCycle()
case "overflow": overflowABufferOfNumbers()
case "ignored-failure": ignoreAFailedAllocation()
default: exit(64)
}
