// The environment of the runs: what drifts is pinned or dropped, all else stays.
import Testing

@testable import OOMExplorer

@Suite struct PinnedEnvironmentTests {
  /// What is there beside the pins.
  private func rest(_ environment: [String]) -> [String] {
    let pins = PinnedEnvironment.pins.map { "\($0)=\($1)" }
    let made = PinnedEnvironment.make(from: environment)
    #expect(Set(made).isSuperset(of: pins))
    #expect(made == made.sorted())
    #expect(Set(made).count == made.count)
    return made.filter { !pins.contains($0) }
  }

  @Test func `an empty environment has the pins alone`() {
    #expect(rest([]) == [])
    #expect(PinnedEnvironment.make(from: []).contains("TZ=UTC"))
    #expect(PinnedEnvironment.make(from: []).contains("LC_ALL=C.UTF-8"))
  }

  @Test func `what the program may need stays as it is`() {
    let kept = ["EMPTY=", "HOME=/home/me", "OPTIONS=a=b,c=d", "PATH=/usr/bin:/bin", "WÖRT=größe"]
    #expect(rest(kept) == kept)
  }

  @Test(arguments: PinnedEnvironment.pins.keys.sorted())
  func `a pin wins over what was there`(name: String) {
    #expect(rest(["\(name)=other"]) == [])
  }

  @Test(arguments: ["PWD=/x", "OLDPWD=/x", "SHLVL=2", "_=/bin/x", "COLUMNS=80", "LINES=24"])
  func `what says something of the shell or the terminal is left out`(entry: String) {
    #expect(rest([entry, "X\(entry)"]) == ["X\(entry)"])
  }

  @Test func `an entry that is no variable is left out`() {
    #expect(rest(["", "novalue", "A=1"]) == ["A=1"])
  }

  @Test func `the order of what was there does not matter`() {
    let entries = ["B=2", "A=1", "TZ=CET", "C=3"]
    #expect(
      PinnedEnvironment.make(from: entries) == PinnedEnvironment.make(from: entries.reversed()))
  }
}
