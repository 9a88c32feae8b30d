// The JSON report is what its published schema says.
import Foundation
import Recording
import RecordingSamples
import Testing

@testable import LeakCheckKit

@Suite("The JSON report")
struct JSONReportTests {
  private func schema() throws -> JSON {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = tests.appendingPathComponent(
      "../../../Sources/LeakCheckKit/report.schema.json")
    return try #require(JSON(parsing: Data(contentsOf: file)))
  }

  private func document(_ recordings: [Recording]) -> JSON {
    var suppressions = Suppressions()
    let reports = recordings.map { whole in
      let (recording, uses) = suppressions.apply(to: whole, symbolizer: nil)
      return Report(
        recording,
        ReportRequest(file: "a.zleak", leakEntryLimit: nil, symbolizer: nil, suppressed: uses))
    }
    return JSONReport.document(
      reports, exitStatus: 24, programStatus: 0, problems: ["a problem"], remarks: [],
      watched: WatchedSummary(recordings), suppressions: suppressions.uses)
  }

  @Test("is valid, with findings, without, and with nothing known")
  func valid() throws {
    let schema = try Schema(schema())
    var clean = Recording()
    clean.meta.set(.processID, to: 1)
    var suppressed = SampleRecording.full
    suppressed.meta.set(.sanitizerOptions, to: Array(":report_objects=1".utf8))
    suppressed.meta.set(
      .suppressions,
      to: Array("leak:parse site=f7c49655ba723ff3 # why\nleak:x until=2020-01-01".utf8))
    var twice = SampleRecording.full
    twice.violations = [SampleRecording.overflow, SampleRecording.doubleFree]
    twice.earlierLives = [SampleRecording.earlierLife(of: 1)]
    let samples = [
      [SampleRecording.full], [clean], [SampleRecording.full, clean], [suppressed], [twice], [],
    ]
    for recordings in samples {
      let text = document(recordings).rendered()
      let parsed = try #require(JSON(parsing: text.utf8))
      #expect(schema.problems(parsed) == [])
    }
  }

  @Test("that lacks a member, has one too many, or a wrong type is not valid")
  func invalid() throws {
    let schema = try Schema(schema())
    let good = document([SampleRecording.full])
    guard case .object(let members) = good else {
      Issue.record("the document is no object")
      return
    }
    #expect(schema.problems(.object(Array(members.dropLast()))) != [])
    #expect(schema.problems(.object(members + [.init("more", .null)])) != [])
    #expect(schema.problems(.object([.init("schema", .null)] + members.dropFirst())) != [])
    #expect(schema.problems(.array([])) != [])
  }

  @Test("has both exit statuses")
  func statuses() {
    let status = document([SampleRecording.full])["exitStatus"]
    #expect(status?["zleakcheck"]?.integer == 24)
    #expect(status?["program"]?.integer == 0)
  }
}

/// The part of JSON Schema that the report's schema uses.
private struct Schema {
  let root: JSON

  init(_ root: JSON) { self.root = root }

  func problems(_ value: JSON) -> [String] { problems(value, root, "$") }

  private func problems(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
    if let reference = schema["$ref"]?.text {
      let name = String(reference.dropFirst("#/$defs/".count))
      return problems(value, root["$defs"]?[name] ?? .null, path)
    }
    if let choices = schema["anyOf"]?.elements {
      let isOne = choices.contains { problems(value, $0, path).isEmpty }
      return isOne ? [] : ["\(path): none of the choices"]
    }
    var found: [String] = []
    if let constant = schema["const"], constant != value {
      found.append("\(path): not the constant")
    }
    if let cases = schema["enum"]?.elements, !cases.contains(value) {
      found.append("\(path): no case")
    }
    if let type = schema["type"] {
      let types = type.elements?.compactMap(\.text) ?? [type.text ?? ""]
      if !types.contains(name(value)) { found.append("\(path): \(name(value)) is not \(types)") }
    }
    if let minimum = schema["minimum"]?.integer, let integer = value.integer, integer < minimum {
      found.append("\(path): too small")
    }
    if let pattern = schema["pattern"]?.text, let text = value.text,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(path): \(text) does not match")
    }
    if case .object(let members) = value, let properties = schema["properties"] {
      for required in schema["required"]?.elements?.compactMap(\.text) ?? []
      where value[required] == nil { found.append("\(path): no \(required)") }
      for member in members {
        guard let inner = properties[member.name] else {
          found.append("\(path): \(member.name) is not known")
          continue
        }
        found += problems(member.value, inner, "\(path).\(member.name)")
      }
    }
    if let inner = schema["items"] {
      for (index, element) in (value.elements ?? []).enumerated() {
        found += problems(element, inner, "\(path)[\(index)]")
      }
    }
    return found
  }

  private func name(_ value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
