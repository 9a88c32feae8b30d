// A day, for the end of a rule.
import Glibc

/// A day of the calendar, in the time zone of whoever looks.
public struct CalendarDay: Sendable, Equatable, Comparable, CustomStringConvertible {
  private let year: Int
  private let month: Int
  private let day: Int

  /// Reads `2027-01-31`; `nil` for anything else, and for a day that no month has.
  public init?(_ text: some StringProtocol) {
    let words = text.split(separator: "-", omittingEmptySubsequences: false)
    guard words.map(\.count) == [4, 2, 2], words.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
      let year = Int(words[0]), let month = Int(words[1]), let day = Int(words[2]),
      (1...12).contains(month), day >= 1, day <= Self.length(month, year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Today.
  public static var today: CalendarDay {
    var now = time(nil)
    var local = unsafe tm()
    unsafe localtime_r(&now, &local)
    return unsafe CalendarDay(
      year: Int(local.tm_year) + 1900, month: Int(local.tm_mon) + 1, day: Int(local.tm_mday))
  }

  private init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  private static func length(_ month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 2: isLeap ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether one day comes before another.
  public static func < (first: CalendarDay, second: CalendarDay) -> Bool {
    (first.year, first.month, first.day) < (second.year, second.month, second.day)
  }

  /// As in `2027-01-31`.
  public var description: String {
    "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))"
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
