// The file of known findings: names, remarks, and what is refused.
import LeakCheckKit
import Testing

@testable import OOMExplorer

@Suite struct KnownFindingsTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func identifiers(_ text: String) throws -> Set<String> {
    try KnownFindings(path: scratch.write("known", text)).identifiers
  }

  @Test(
    arguments: [
      "", "\n\n", "# nothing\n", "#0123456789ab\n", "  # 0123456789ab\n", "   \n", "#",
    ])
  func `without names nothing is known`(text: String) throws {
    #expect(try identifiers(text) == [])
  }

  @Test(
    arguments: [
      "0123456789ab\ncdef01234567", "0123456789ab\ncdef01234567\n",
      "# crashes\n0123456789ab crashed: SIGSEGV in größe\n\n# leaks\ncdef01234567 # mine\n",
      "  0123456789ab\n cdef01234567  \n0123456789ab again\n",
      "# made on Windows\r\n0123456789ab\r\ncdef01234567 text\r\n\r\n",
    ])
  func `names stand at the start of lines`(text: String) throws {
    #expect(try identifiers(text) == ["0123456789ab", "cdef01234567"])
  }

  @Test func `capital digits are the same name`() throws {
    #expect(try identifiers("0123456789AB\n") == ["0123456789ab"])
  }

  @Test(
    arguments: [
      "crashed", "0123456789a", "0123456789abc", "0123456789ag", "0123456789a,", "０１２３456789ab",
    ])
  func `a line that begins with no name is refused by its number`(line: String) throws {
    for end in ["\n", "\r\n"] {
      let path = try scratch.write(
        "known", ["# mine", "0123456789ab", line].joined(separator: end))
      #expect {
        try KnownFindings(path: path)
      } throws: {
        "\($0)" == "cannot read \(path): line 3 begins with no finding's name"
      }
    }
  }

  @Test func `a file that is not there is refused`() {
    #expect(throws: Refusal.self) { try KnownFindings(path: scratch.at("nowhere")) }
    #expect(throws: Refusal.self) { try KnownFindings(path: scratch.path) }
  }
}
