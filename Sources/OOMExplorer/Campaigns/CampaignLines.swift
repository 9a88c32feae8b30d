// The lines of a campaign's file: each value as JSON and back.
import LeakCheckKit

/// A key as text: not every reader of JSON keeps 64 bits of a number.
func keyText(_ key: UInt64) -> JSON { .string(String(key, radix: 16)) }

/// A key from text; 0 when it is none.
func key(_ value: JSON?) -> UInt64 { value?.text.flatMap { UInt64($0, radix: 16) } ?? 0 }

extension CampaignIdentity {
  var json: JSON {
    .object([
      .init("zleakcheck", .string("campaign")), .init("version", .integer(CampaignRecord.version)),
      .init("program", .string(program)),
      .init("arguments", .array(arguments.map(JSON.string))), .init("folder", .string(folder)),
      .init("options", .string(options)), .init("families", .string(families)),
      .init("input", .string(input)),
    ])
  }

  init?(_ value: JSON) {
    guard let program = value["program"]?.text, let arguments = value["arguments"]?.elements else {
      return nil
    }
    self.program = program
    self.arguments = arguments.compactMap(\.text)
    folder = value["folder"]?.text ?? ""
    options = value["options"]?.text ?? ""
    families = value["families"]?.text ?? "all"
    input = value["input"]?.text ?? ""
  }
}

extension SiteStack {
  var json: JSON {
    .array(frames.map { .array([.integer(Int64($0.module)), keyText($0.offset)]) })
  }

  init(_ value: JSON?, isExact: Bool) {
    frames = (value?.elements ?? []).compactMap { pair in
      guard let parts = pair.elements, parts.count == 2, let module = parts[0].integer else {
        return nil
      }
      return SiteFrame(module: Int(module), offset: key(parts[1]))
    }
    self.isExact = isExact
  }
}

extension Site {
  var json: JSON {
    .object([
      .init("site", keyText(key)), .init("point", .count(firstPoint)),
      .init("count", .count(count)),
      .init("microseconds", .integer(Int64(exactly: (seconds * 1e6).rounded()) ?? 0)),
      .init("frames", SiteStack(frames: frames, isExact: false).json),
    ])
  }

  init?(_ value: JSON) {
    key = OOMExplorer.key(value["site"])
    guard key != 0, let point = value["point"]?.integer else { return nil }
    firstPoint = UInt64(max(0, point))
    count = UInt64(max(0, value["count"]?.integer ?? 0))
    seconds = Double(value["microseconds"]?.integer ?? 0) / 1e6
    frames = SiteStack(value["frames"], isExact: false).frames
  }
}

extension TrialRecord {
  var json: JSON {
    var members: [JSON.Member] = [
      .init("trial", .string(trial.name)), .init("verdict", .string(judgement.verdict.rawValue)),
      .init("break", keyText(judgement.breakPlace)), .init("fault", keyText(judgement.faultPlace)),
      .init("status", .integer(Int64(judgement.status))),
      .init("signal", .integer(Int64(judgement.signal))),
      .init("detail", .string(judgement.detail)), .init("engine", .string(engine.rawValue)),
    ]
    if let opened { members.append(.init("opened", .array(opened.map(keyText)))) }
    return .object(members)
  }

  init?(_ value: JSON) {
    guard let name = value["trial"]?.text, let trial = Trial(name: name),
      let verdict = value["verdict"]?.text.flatMap(Verdict.init(rawValue:))
    else { return nil }
    self.trial = trial
    judgement = Judgement(
      verdict: verdict, breakPlace: key(value["break"]), faultPlace: key(value["fault"]),
      status: Int32(clamping: value["status"]?.integer ?? 0),
      signal: Int32(clamping: value["signal"]?.integer ?? 0),
      detail: value["detail"]?.text ?? "")
    engine = value["engine"]?.text.flatMap(Engine.init(rawValue:)) ?? .rerun
    opened = value["opened"]?.elements?.map { key($0) }
  }
}

extension Finding {
  var json: JSON {
    .object([
      .init("finding", .string(id)), .init("verdict", .string(verdict.rawValue)),
      .init("title", .string(title)), .init("first", .string(firstLine)),
      .init("signal", .integer(Int64(signal))),
      .init("status", .integer(Int64(status))), .init("detail", .string(detail)),
      .init("exact", .bool(breakStack.isExact)), .init("break", breakStack.json),
      .init("fault", faultStack.json), .init("plan", .string(plan)),
      .init("trials", .count(trialCount)),
      .init("samples", .array(samples.map { .string($0.name) })),
    ])
  }

  init?(_ value: JSON) {
    guard let id = value["finding"]?.text,
      let verdict = value["verdict"]?.text.flatMap(Verdict.init(rawValue:))
    else { return nil }
    self.id = id
    self.verdict = verdict
    title = value["title"]?.text ?? ""
    firstLine = value["first"]?.text ?? ""
    signal = Int32(clamping: value["signal"]?.integer ?? 0)
    status = Int32(clamping: value["status"]?.integer ?? 0)
    detail = value["detail"]?.text ?? ""
    breakStack = SiteStack(value["break"], isExact: value["exact"] == .bool(true))
    faultStack = SiteStack(value["fault"], isExact: false)
    plan = value["plan"]?.text ?? ""
    trialCount = Int(clamping: value["trials"]?.integer ?? 0)
    samples = (value["samples"]?.elements ?? []).compactMap { $0.text.flatMap(Trial.init(name:)) }
  }
}
