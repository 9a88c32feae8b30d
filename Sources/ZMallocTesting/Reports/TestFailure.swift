// A failure on its way to whichever library runs the test. The two do not hear each other: an issue
// of Swift Testing says nothing to XCTest.
import Testing
import XCTest

/// A failure of a test, before a library has it.
struct TestFailure: Sendable {
  /// What is wrong.
  var sentence: String
  /// One line for each finding.
  var lines: [String] = []
  /// The whole report, empty for none.
  var report = ""

  /// The sentence and the lines.
  var message: String { ([sentence] + lines.map { "  " + $0 }).joined(separator: "\n") }

  /// Whether the code that runs is a test of XCTest.
  ///
  /// SwiftPM runs the two libraries in two processes.
  static var isXCTest: Bool {
    Test.current == nil && !CommandLine.arguments.contains("swift-testing")
  }

  /// Fails the test of Swift Testing that runs, and attaches the report.
  func record(at location: Testing.SourceLocation) {
    if !report.isEmpty {
      Attachment.record(report, named: "heap-report.txt", sourceLocation: location)
    }
    Issue.record(Comment(rawValue: message), sourceLocation: location)
  }

  /// Fails the test that runs, of whichever library.
  func record(at place: CallPlace) {
    guard TestFailure.isXCTest else { return record(at: place.location) }
    // Its attachments are no part of a report on Linux: the message has all.
    XCTFail(report.isEmpty ? message : "\(message)\n\(report)", file: place.file, line: place.line)
  }

  /// Says that something was not checked, without failing the test of Swift Testing.
  static func warn(_ sentence: String, at location: Testing.SourceLocation) {
    Issue.record(Comment(rawValue: sentence), severity: .warning, sourceLocation: location)
  }

  /// Why a scope could not be opened.
  static let unwatched = """
    nothing was checked: the debug layer does not watch this process (a release build, \
    ZMALLOC_DEBUG=off, a preloaded layer, or more than 256 scopes at once)
    """
}

/// Where a function of this library was called.
struct CallPlace: Sendable {
  var fileID: String
  var file: StaticString
  var line: UInt
  var column: Int

  var location: Testing.SourceLocation {
    Testing.SourceLocation(
      fileID: fileID, filePath: file.description, line: Int(line), column: column)
  }
}
