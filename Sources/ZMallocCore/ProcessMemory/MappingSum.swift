// The sum of one field over all mappings of a process, from the text of /proc/PID/smaps.

/// Adds up the lines `Field:   12 kB` of /proc/PID/smaps, whose text arrives in pieces.
///
/// A line counts when it begins with the field, and spaces, a number and a unit that begins with
/// `k` follow. A field without its colon is followed by a colon or by the rest of a longer name,
/// and so counts nothing.
public struct MappingSum {
  /// The sum so far, in bytes.
  public private(set) var byteCount: UInt64 = 0
  private var place = Place.name(matched: 0)

  private enum Place {
    case name(matched: Int)
    case beforeNumber
    case number(UInt64)
    case beforeUnit(UInt64)
    case rest
  }

  /// A sum of nothing yet.
  public init() {}

  /// Reads the next piece of the text; `field` is the same in each call.
  public mutating func take(_ text: Span<UInt8>, field: Span<UInt8>) {
    for index in text.indices { take(text[index], field) }
  }

  private mutating func take(_ byte: UInt8, _ field: Span<UInt8>) {
    if byte == UInt8(ascii: "\n") {
      place = .name(matched: 0)
      return
    }
    switch place {
    case .name(let matched) where matched < field.count:
      place = field[matched] == byte ? .name(matched: matched + 1) : .rest
    case .name, .beforeNumber:
      place = byte == UInt8(ascii: " ") ? .beforeNumber : number(byte, after: 0)
    case .number(let number) where byte != UInt8(ascii: " "):
      place = byte == UInt8(ascii: "k") ? counted(number) : self.number(byte, after: number)
    case .number(let number), .beforeUnit(let number):
      place = after(number, byte)
    case .rest:
      break
    }
  }

  private func number(_ byte: UInt8, after number: UInt64) -> Place {
    guard let digit = byte.decimalDigit else { return .rest }
    return .number(number.appending(digit))
  }

  private mutating func after(_ number: UInt64, _ byte: UInt8) -> Place {
    switch byte {
    case UInt8(ascii: " "): .beforeUnit(number)
    case UInt8(ascii: "k"): counted(number)
    default: .rest
    }
  }

  private mutating func counted(_ number: UInt64) -> Place {
    byteCount &+= number &* 1024
    return .rest
  }
}
