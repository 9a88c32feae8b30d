// Names of findings: titles, identities that last, uniting, and the order of a report.
import Testing

@testable import LeakCheckKit
@testable import OOMExplorer

/// Knows a function for every 256 bytes of any module.
private struct SampleSymbols: Symbolizer {
  static let names = ["main", "parse_line", "make_node", "grow", "copy_name"]

  func symbolize(_ requests: [SymbolRequest]) -> SymbolAnswer {
    SymbolAnswer(
      frames: requests.map { request in
        request.addresses.map { address in
          [SymbolFrame(linkerName: Self.names[Int(address >> 8)], location: nil)]
        }
      }, note: nil)
  }
}

/// A stack whose innermost function is this one.
private func stack(in function: String, at place: UInt64 = 1) -> SiteStack {
  let number = SampleSymbols.names.firstIndex(of: function) ?? 0
  return SiteStack(
    frames: [
      SiteFrame(module: 0, offset: UInt64(number) << 8 + place + 1),
      SiteFrame(module: 0, offset: 8),
    ], isExact: false)
}

private func finding(
  _ verdict: Verdict, broke: SiteStack = .none, failed: SiteStack = stack(in: "make_node"),
  line: String = "", signal: Int32 = 0, detail: String = "", trials: Int = 1,
  samples: ClosedRange<UInt64> = 1...1
) -> Finding {
  Finding(
    id: "", verdict: verdict, firstLine: line, signal: signal, status: 3, detail: detail,
    breakStack: broke, faultStack: failed, plan: "site:1@1", trialCount: trials,
    samples: samples.map { Trial(site: $0, kind: .once) })
}

/// These findings with names; the module is a file that is there.
private func names(_ findings: [Finding]) -> [Finding] {
  var modules = ModuleList()
  _ = modules.index(of: .init(path: "/proc/self/exe", buildID: "", isProgram: true))
  return named(findings, modules, symbolizer: SampleSymbols()).map(\.finding)
}

@Suite struct FindingNamesTests {
  @Test func `no findings have no names`() {
    #expect(names([]).isEmpty)
  }

  @Test func `one that has a name keeps it, whatever its stacks are here`() {
    var named = finding(.crashed, broke: stack(in: "grow"), signal: 11)
    named.id = "0123456789ab"
    named.title = "as it was"
    #expect(names([named]).map(\.id) == ["0123456789ab"])
    #expect(names([named]).map(\.title) == ["as it was"])
  }

  static let titles: [(Finding, String)] = [
    (
      finding(.crashed, broke: stack(in: "grow"), signal: 11),
      "SIGSEGV in grow after a failed allocation in make_node"
    ),
    (finding(.crashed), "a signal after a failed allocation in make_node"),
    (
      finding(.corrupted, broke: stack(in: "grow"), line: "double free of 64-byte block"),
      "double free of 64-byte block in grow after a failed allocation in make_node"
    ),
    (
      finding(.corrupted, detail: "doubleFree"), "doubleFree after a failed allocation in make_node"
    ),
    (
      finding(.leaked, broke: stack(in: "copy_name"), detail: "3 blocks lost"),
      "3 blocks lost in copy_name after a failed allocation in make_node"
    ),
    (
      finding(.leaked, line: "descriptor 3 (/etc/x)", detail: "descriptor 3 left open"),
      "left open: descriptor 3 (/etc/x) after a failed allocation in make_node"
    ),
    (finding(.hung), "did not end after a failed allocation in make_node"),
    (
      finding(.hung, detail: "its output never ends"),
      "its output never ends after a failed allocation in make_node"
    ),
    (finding(.swallowed, failed: .none, detail: "status 0"), "status 0"),
    (finding(.unstable, failed: .none, detail: "crashed, then hung"), "crashed, then hung"),
    (finding(.reported, failed: .none), "status 3"),
  ]

  @Test(arguments: titles)
  func `a title says what happened, where, after which failure`(
    finding: Finding, title: String
  ) {
    #expect(names([finding]).map(\.title) == [title])
  }

  @Test func `stacks have their names beside the finding`() throws {
    var modules = ModuleList()
    _ = modules.index(of: .init(path: "/proc/self/exe", buildID: "", isProgram: true))
    let found = named(
      [finding(.crashed, broke: stack(in: "grow"))], modules, symbolizer: SampleSymbols())
    let entry = try #require(found.first)
    #expect(entry.breakStack.frames.map(\.function) == ["grow", "main"])
    #expect(entry.faultStack.frames.map(\.function) == ["make_node", "main"])
  }

  @Test func `an identity is twelve digits, the same wherever the code lies in its functions`() {
    let first = names([finding(.crashed, broke: stack(in: "grow"), signal: 11, trials: 4)])
    let again = names([
      finding(
        .crashed, broke: stack(in: "grow", at: 9), failed: stack(in: "make_node", at: 20),
        signal: 8, detail: "x")
    ])
    #expect(first[0].id.count == 12)
    #expect(first[0].id.allSatisfy { "0123456789abcdef".contains($0) })
    #expect(first[0].id == again[0].id)
  }

  @Test func `an identity is another for another verdict and for other functions`() {
    let found = names([
      finding(.crashed, broke: stack(in: "grow")), finding(.hung, broke: stack(in: "grow")),
      finding(.crashed, broke: stack(in: "copy_name")),
      finding(.crashed, broke: stack(in: "grow"), failed: stack(in: "parse_line")),
    ])
    #expect(found.count == 4)
    #expect(Set(found.map(\.id)).count == 4)
  }

  @Test func `findings of one name are one, which counts all and keeps five samples`() {
    let found = names([
      finding(.crashed, broke: stack(in: "grow"), trials: 3, samples: 1...3),
      finding(.hung, trials: 1, samples: 9...9),
      finding(.crashed, broke: stack(in: "grow", at: 9), trials: 4, samples: 4...7),
    ])
    #expect(found.map(\.verdict) == [.crashed, .hung])
    #expect(found.map(\.trialCount) == [7, 1])
    #expect(found[0].samples.map(\.site) == [1, 2, 3, 4, 5])
    #expect(found[1].samples.map(\.site) == [9])
    #expect(found[0].breakStack == stack(in: "grow"))
  }

  @Test func `the worst comes first, then what happens most, then by identity`() {
    let given = [
      finding(.tolerated), finding(.leaked, trials: 2), finding(.crashed, trials: 5),
      finding(.leaked, broke: stack(in: "grow"), trials: 9), finding(.corrupted),
      finding(.leaked, broke: stack(in: "main"), trials: 2), finding(.hung),
    ]
    let found = names(given)
    #expect(
      found.map(\.verdict)
        == [.corrupted, .crashed, .hung, .leaked, .leaked, .leaked, .tolerated])
    #expect(found.map(\.trialCount) == [1, 5, 1, 9, 2, 2, 1])
    #expect(found[4].id < found[5].id)
    #expect(names(given.reversed()).map(\.id) == found.map(\.id))
  }
}
