// One number of /proc/PID/stat: a line whose second field, the program's name in parentheses, may
// hold anything, spaces and parentheses too.

/// Finds one number in the text of /proc/PID/stat, which arrives in pieces.
///
/// Fields count from 1, as in proc(5). Each `)` may be the one that ends the name, so counting
/// starts again at each: what follows the last one is read. The format is the kernel's
/// `do_task_stat`.
public struct StatField {
  private let wanted: Int
  // The number of the field that is being read; 0 while no parenthesis has closed.
  private var field = 0
  private var isInside = false
  private var token = Token()

  /// Looks for field `number`; the first two, which stand before the last `)`, are never found.
  public init(number: Int) {
    wanted = number
  }

  /// Reads the next piece of the text.
  public mutating func take(_ text: Span<UInt8>) {
    for index in text.indices { take(text[index]) }
  }

  /// The field's number; `nil` when it is absent or something else, such as the state's letter.
  ///
  /// One that does not fit is the nearest that does, as `strtoll` has it: a limit of 2^64 - 1 is
  /// 2^63 - 1.
  public var value: Int64? { token.value }

  private mutating func take(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: ")"):
      field = 2
      isInside = false
      token = Token()
    case UInt8(ascii: " "), UInt8(ascii: "\n"):
      isInside = false
    default:
      guard field > 0 else { return }
      if !isInside {
        isInside = true
        field += 1
      }
      if field == wanted { token.take(byte) }
    }
  }
}

/// A number in decimal, as it is read digit by digit.
private struct Token {
  private var magnitude: UInt64 = 0
  private var isNegative = false
  private var isEmpty = true
  private var digitCount = 0
  private var isNumber = true

  mutating func take(_ byte: UInt8) {
    if isEmpty, byte == UInt8(ascii: "-") {
      isNegative = true
    } else if let digit = byte.decimalDigit {
      magnitude = magnitude.appending(digit)
      digitCount += 1
    } else {
      isNumber = false
    }
    isEmpty = false
  }

  var value: Int64? {
    guard isNumber, digitCount > 0 else { return nil }
    if !isNegative { return Int64(clamping: magnitude) }
    return magnitude > UInt64(Int64.max) ? .min : -Int64(magnitude)
  }
}

extension UInt8 {
  /// What a digit's character stands for; `nil` for all others.
  var decimalDigit: UInt64? {
    self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? UInt64(self - UInt8(ascii: "0")) : nil
  }
}

extension UInt64 {
  /// The number with one more digit behind it; the largest one where that does not fit.
  func appending(_ digit: UInt64) -> UInt64 {
    let (shifted, overflow) = multipliedReportingOverflow(by: 10)
    let (sum, carry) = shifted.addingReportingOverflow(digit)
    return overflow || carry ? .max : sum
  }
}
