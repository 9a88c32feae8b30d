// A call to the operating system that failed, as a sentence.
import Glibc

/// A call to the operating system that failed.
public struct SystemError: Error, Sendable, CustomStringConvertible {
  /// What was to be done, as in "cannot open".
  public var action: String
  /// What it was to be done with.
  public var subject: String
  /// `errno`.
  public var code: CInt

  package init(_ action: String, _ subject: String, code: CInt = errno) {
    self.action = action
    self.subject = subject
    self.code = code
  }

  /// One sentence without its full stop.
  public var description: String { "cannot \(action) \(subject): \(Self.text(code))" }

  /// The system's words for an error number.
  package static func text(_ code: CInt) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
