// The file of a campaign: read as it was written, also when it was cut, damaged or is another's.
import Foundation
import LeakCheckKit
import Testing

@testable import OOMExplorer

/// The sentence by which a file is refused; `nil` when it is read.
private func refusal(_ path: String) -> String? {
  do throws(Refusal) {
    _ = try CampaignRecord.read(path)
    return nil
  } catch {
    return "\(error)"
  }
}

private let head = SampleCampaign.identity.json.compact() + "\n"

@Suite struct CampaignFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func `what was written is read`() throws {
    let path = scratch.at("x.campaign")
    try SampleCampaign.write(to: path)
    expectSame(try CampaignRecord.read(path), SampleCampaign.record)
  }

  @Test func `two campaigns do not write one file at once`() throws {
    let path = scratch.at("x.campaign")
    let first = try CampaignWriter(path, isNew: true)
    first.add(SampleCampaign.identity.json)
    try first.flush(isDue: true)
    do throws(Refusal) {
      _ = try CampaignWriter(path, isNew: true)
      Issue.record("the second may write too")
    } catch {
      #expect("\(error)" == "another campaign is writing \(path): give this one --state of its own")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == head)
  }

  @Test func `a line for each value, and no line end in any`() throws {
    let path = scratch.at("x.campaign")
    try SampleCampaign.write(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    #expect(
      text.utf8.count { $0 == 0x0A }
        == 1 + SampleCampaign.modules.count + SampleCampaign.lines.count)
  }

  @Test func `a file that is made anew holds nothing of before`() throws {
    let path = try scratch.write("x.campaign", "something else\n")
    try SampleCampaign.write(to: path)
    try SampleCampaign.write(to: path)
    expectSame(try CampaignRecord.read(path), SampleCampaign.record)
  }

  @Test func `modules are written once`() throws {
    let path = scratch.at("x.campaign")
    let writer = try CampaignWriter(path, isNew: true)
    writer.add(SampleCampaign.identity.json)
    var modules = ModuleList()
    for entry in SampleCampaign.modules {
      _ = modules.index(of: entry)
      writer.add(modules)
      writer.add(modules)
    }
    try writer.flush(isDue: true)
    #expect(try CampaignRecord.read(path).modules == modules)
  }

  @Test func `what waits is written when it is due, not at each line`() throws {
    let path = scratch.at("x.campaign")
    let writer = try CampaignWriter(path, isNew: true)
    writer.add(SampleCampaign.identity.json)
    try writer.flush()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
    try writer.flush(isDue: true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(head.utf8))
  }

  @Test func `lines of many threads stay whole`() throws {
    let path = scratch.at("x.campaign")
    let writer = try CampaignWriter(path, isNew: true)
    writer.add(SampleCampaign.identity.json)
    try writer.flush(isDue: true)
    DispatchQueue.concurrentPerform(iterations: 8) { number in
      for later in 2..<52 as Range<UInt64> {
        var record = SampleCampaign.trials[0]
        record.trial = Trial(site: UInt64(number + 1), kind: .later(later))
        writer.add(record.json)
        try? writer.flush(isDue: later % 5 == 0)
      }
    }
    try writer.flush(isDue: true)
    #expect(Set(try CampaignRecord.read(path).trials.map(\.trial)).count == 400)
  }

  @Test func `a site that was written twice is one, of a finding the last counts`() throws {
    var finding = SampleCampaign.findings[0]
    finding.trialCount = 41
    let path = scratch.at("x.campaign")
    try SampleCampaign.write(to: path)
    let writer = try CampaignWriter(path, isNew: false)
    writer.add(SampleCampaign.sites[0].json)
    writer.add(finding.json)
    try writer.flush(isDue: true)
    let record = try CampaignRecord.read(path)
    #expect(record.sites == SampleCampaign.sites)
    #expect(record.findings == [SampleCampaign.findings[1], finding])
  }

  @Test func `a folder that is not there is a sentence`() {
    #expect {
      try CampaignWriter(scratch.at("nowhere/x"), isNew: true)
    } throws: {
      "\($0)".hasPrefix("cannot write the campaign's file ")
    }
  }

  @Test func `times of any length are read as they were written, to the microsecond`() throws {
    for microseconds in (0..<3_000).map({ $0 * 37 }) + [290_000, 1_000_001, 86_400_000_007] {
      var site = SampleCampaign.sites[0]
      site.seconds = Double(microseconds) / 1e6
      #expect(Site(site.json) == site, "\(microseconds)")
    }
  }

  @Test(
    arguments: [
      "", "\n", "no campaign\n", "[]\n", "{}\n", "{\"zleakcheck\":\"campaign\"}\n",
      "{\"zleakcheck\":\"recording\",\"program\":\"x\",\"arguments\":[]}\n", "\u{0}\u{0}",
    ])
  func `the file of something else is refused`(text: String) throws {
    let path = try scratch.write("x", text)
    #expect(refusal(path) == "cannot read \(path): it is no campaign's file")
  }

  @Test func `a file of another version, a folder and nothing are refused`() throws {
    let other = try scratch.write("x", head.replacing("\"version\":1", with: "\"version\":2"))
    #expect(refusal(other) == "cannot read \(other): it is of another version")
    #expect(refusal(scratch.path)?.hasPrefix("cannot open ") == true)
    #expect(refusal(scratch.at("nowhere"))?.hasPrefix("cannot open ") == true)
  }

  @Test(
    arguments: [
      ("{\"remark\":\"cut", "is damaged"), ("damaged", "is damaged"), ("{} {}", "is damaged"),
      ("{}", "says nothing that is known"), ("[1]", "says nothing that is known"),
      ("{\"trial\":\"4f2a@0\",\"verdict\":\"crashed\"}", "says nothing that is known"),
      ("{\"trial\":\"4f2a@1\",\"verdict\":\"fine\"}", "says nothing that is known"),
      ("{\"site\":\"0\",\"point\":1}", "says nothing that is known"),
      ("{\"site\":\"7\",\"point\":\"1\"}", "says nothing that is known"),
      ("{\"site\":\"7\",\"point\":1,\"frames\":[[0,\"1\"]]}", "says nothing that is known"),
      ("{\"finding\":7,\"verdict\":\"crashed\"}", "says nothing that is known"),
    ])
  func `a damaged line is refused by its number`(line: String, words: String) throws {
    let good = SampleCampaign.trials[0].json.compact()
    let path = try scratch.write("x", head + [good, line, good].joined(separator: "\n") + "\n")
    #expect(refusal(path) == "cannot read \(path): line 3 \(words)")
    // An editor counts empty lines too.
    try scratch.write("x", head + "\n\n" + [good, line, good].joined(separator: "\n") + "\n")
    #expect(refusal(path) == "cannot read \(path): line 5 \(words)")
  }
}

/// Files that an end by force, or worse, left behind.
@Suite struct DamagedCampaignFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// One line of each kind.
  static let lastLines: [String] =
    [SampleCampaign.sites[0].json, SampleCampaign.trials[3].json, SampleCampaign.findings[0].json]
    .map { $0.compact() } + ["{\"remark\":\"größe 😀\"}"]

  /// What stands before the last line.
  private func start() throws -> [UInt8] {
    let path = scratch.at("start")
    let writer = try CampaignWriter(path, isNew: true)
    writer.add(SampleCampaign.identity.json)
    writer.add(SampleCampaign.record.modules)
    try writer.flush(isDue: true)
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func valueCount(_ record: CampaignRecord) -> Int {
    record.sites.count + record.trials.count + record.findings.count + record.remarks.count
  }

  @Test(arguments: lastLines)
  func `a last line that was cut at any byte is left out, a whole one is read`(line: String) throws
  {
    let start = try start()
    let last = Array(line.utf8) + [0x0A]
    for count in 0...last.count {
      let path = try scratch.write("x", start + last.prefix(count))
      let record = try CampaignRecord.read(path)
      #expect(record.modules == SampleCampaign.record.modules)
      #expect(valueCount(record) == (count >= last.count - 1 ? 1 : 0), "\(count) bytes")
    }
  }

  @Test func `a first line that was cut is refused`() throws {
    for count in 0..<(head.utf8.count - 1) {
      let path = try scratch.write("x", Array(head.utf8.prefix(count)))
      #expect(refusal(path) != nil, "\(count) bytes")
    }
  }

  @Test(arguments: lastLines)
  func `a campaign goes on behind a line that was cut at any byte, more than once`(
    line: String
  ) throws {
    let start = try start()
    let last = Array(line.utf8) + [0x0A]
    var added = SampleCampaign.trials[7]
    for count in 0...last.count {
      let path = try scratch.write("x", start + last.prefix(count))
      for round in 1...2 {
        added.trial.kind = .later(UInt64(round) + 50)
        let earlier = try CampaignRecord.read(path)
        let writer = try CampaignWriter(path, isNew: false)
        try writer.goOn(after: earlier)
        writer.add(earlier.modules)
        writer.add(added.json)
        try writer.flush(isDue: true)
        let record = try CampaignRecord.read(path)
        let kept = count >= last.count - 1 ? 1 : 0
        #expect(valueCount(record) == kept + round, "\(count) bytes, round \(round)")
        #expect(record.modules == SampleCampaign.record.modules)
        #expect(record.trials.last == added)
      }
    }
  }

  @Test func `of a trial that was done again the last result counts, a forgotten one is gone`()
    throws
  {
    let path = scratch.at("x.campaign")
    try SampleCampaign.write(to: path)
    var again = SampleCampaign.trials[3]
    again.opened = [0xBEE, .max]
    let writer = try CampaignWriter(path, isNew: false)
    writer.add(again.json)
    let gone = SampleCampaign.trials[0]
    writer.add(.object([.init("forgotten", .array([.string(gone.trial.name)]))]))
    try writer.flush(isDue: true)
    var expected = SampleCampaign.trials
    expected[3] = again
    expected.removeFirst()
    #expect(try CampaignRecord.read(path).trials == expected)
    writer.add(gone.json)
    try writer.flush(isDue: true)
    #expect(try CampaignRecord.read(path).trials == expected + [gone])
  }

  @Test func `modules that are new when a campaign goes on are added`() throws {
    let path = try scratch.write("x", start())
    let earlier = try CampaignRecord.read(path)
    var modules = earlier.modules
    _ = modules.index(of: .init(path: "new", buildID: "", isProgram: false))
    let writer = try CampaignWriter(path, isNew: false)
    try writer.goOn(after: earlier)
    writer.add(modules)
    try writer.flush(isDue: true)
    #expect(try CampaignRecord.read(path).modules == modules)
  }

  /// Reads a file and uses what it says as the report and a second writing would.
  private func use(_ path: String) {
    guard let record = try? CampaignRecord.read(path) else { return }
    _ = record.modules.resolve(
      record.findings.flatMap { [$0.breakStack, $0.faultStack] }, symbolizer: nil)
    _ = CoverageMatrix(record).rows(symbolizer: nil)
    for line in record.sites.map(\.json) + record.trials.map(\.json) + record.findings.map(\.json) {
      #expect(JSON(parsing: line.compact().utf8) != nil)
    }
  }

  @Test(
    arguments: [
      "[9223372036854775807,\"1\"]", "[-9223372036854775808,\"1\"]", "[1048575,\"1\"]",
      "[2,\"1\"]", "[0,\"ffffffffffffffff\"]", "[0,\"x\"]", "[0]", "[]", "7", "[0,1]",
      "[1.5,\"1\"]",
    ])
  func `a frame of any numbers is no crash`(frame: String) throws {
    for line in [
      "{\"site\":\"7\",\"point\":1,\"frames\":[\(frame)]}",
      "{\"finding\":\"x\",\"verdict\":\"crashed\",\"break\":[\(frame)],\"fault\":[\(frame)]}",
    ] {
      use(try scratch.write("x", start() + Array("\(line)\n".utf8)))
    }
  }

  @Test(
    arguments: [
      "9223372036854775807", "-9223372036854775808", "1e300", "-1e300", "1e999", "0.5", "null",
      "18446744073709551616", "\"7\"", "[]", "true",
    ])
  func `a number of any size is no crash`(number: String) throws {
    for line in [
      "{\"site\":\"7\",\"point\":1,\"count\":\(number),\"microseconds\":\(number)}",
      "{\"site\":\"7\",\"point\":\(number)}",
      "{\"trial\":\"7@1\",\"verdict\":\"hung\",\"status\":\(number),\"signal\":\(number)}",
      "{\"finding\":\"x\",\"verdict\":\"hung\",\"signal\":\(number),\"trials\":\(number)}",
    ] {
      use(try scratch.write("x", start() + Array("\(line)\n".utf8)))
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `a file with bytes that chance put there is read or refused`(seed: UInt64) throws {
    let good = try start() + Array(Self.lastLines.joined(separator: "\n").utf8)
    let marks = Array("\"{}[],:0-9\\u\n".utf8)
    var random = SeededNumbers(seed: seed)
    for _ in 0..<1_000 {
      var bytes = good
      for _ in 0...(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        let mark = marks[Int(random.next() % UInt64(marks.count))]
        switch random.next() % 5 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] = mark
        case 2: bytes.insert(mark, at: place)
        case 3: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
        }
      }
      use(try scratch.write("x", bytes))
    }
  }
}
