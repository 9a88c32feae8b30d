// Names as people wrote them.
import Testing

@testable import LeakCheckKit

@Suite("Demangling")
struct DemanglingTests {
  @Test(
    "Swift, Embedded Swift and C++ names are demangled, others stay",
    arguments: [
      ("$s4main3FooC3bar1xySi_tF", "Foo.bar(x:)"),
      ("$e4main3FooC3bar1xySi_tF", "Foo.bar(x:)"),
      (
        "_ZNSt6vectorIiSaIiEE9push_backERKi",
        "std::vector<int, std::allocator<int> >::push_back(int const&)"
      ),
      ("_Znwm", "operator new(unsigned long)"),
      ("_Znwm@@GLIBCXX_3.4", "operator new(unsigned long)"),
      ("main", "main"), ("$snot a mangled name", "$snot a mangled name"), ("_Z", "_Z"), ("", ""),
    ])
  func names(linkerName: String, text: String) {
    #expect(demangled(linkerName) == text)
  }
}
