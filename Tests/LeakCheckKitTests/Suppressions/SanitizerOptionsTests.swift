// LSAN_OPTIONS: quotes, separators, later words, and what is not obeyed.
import Testing

@testable import LeakCheckKit

@Suite("LSAN_OPTIONS")
struct SanitizerOptionsTests {
  @Test("are read with every separator and with quotes; later words win")
  func words() {
    let options = SanitizerOptions(
      "exitcode=1,max_leaks=3:report_objects=1 suppressions='a b:c,d'\texitcode=7")
    #expect(options.exitStatus == 7)
    #expect(options.leakEntryLimit == 3)
    #expect(options.reportsObjects)
    #expect(options.suppressions == "a b:c,d")
    #expect(options.printsSuppressions)
    #expect(options.remarks == [])
    #expect(SanitizerOptions("suppressions=\"x\":print_suppressions=0").suppressions == "x")
    #expect(!SanitizerOptions("print_suppressions=false").printsSuppressions)
    #expect(SanitizerOptions("max_leaks=0").leakEntryLimit == nil)
    #expect(SanitizerOptions(" :, \n") == SanitizerOptions(""))
  }

  @Test("say once what is not obeyed")
  func remarks() {
    #expect(
      SanitizerOptions("verbosity=1:verbosity=2:use_globel=1:exitcode=x:max_leaks:use_tls=maybe")
        .remarks == [
          "LSAN_OPTIONS: 'verbosity' does not apply here",
          "LSAN_OPTIONS: 'use_globel' is not known",
          "LSAN_OPTIONS: 'exitcode' has a value that it does not take",
          "LSAN_OPTIONS: 'max_leaks' has a value that it does not take",
          "LSAN_OPTIONS: 'use_tls' has a value that it does not take",
        ])
    #expect(SanitizerOptions("exitcode=256").exitStatus == nil)
    #expect(SanitizerOptions("suppressions='open").suppressions == "open")
  }
}
