// Patterns match as LeakSanitizer's do.
import Testing

@testable import LeakCheckKit

@Suite("Patterns of rules")
struct SuppressionPatternTests {
  @Test(
    "match",
    arguments: [
      ("foo", "a_foo_b"), ("^foo", "foobar"), ("foo$", "a_foo"), ("^foo$", "foo"),
      ("f*o", "a_f_xyz_o_b"), ("^f*o$", "f_o"), ("*", "anything"), ("^", "anything"),
      ("foo*$", "foobar"), ("^*bar", "foobar"), ("a**b", "acb"), ("foo$ignored", "foo"),
      ("std::vector<int, std::allocator<int> >", "std::vector<int, std::allocator<int> >::grow"),
    ])
  func match(_ pattern: String, _ name: String) {
    #expect(SuppressionPattern(pattern).matches(name))
  }

  @Test(
    "match not",
    arguments: [
      ("foo", "fo"), ("^foo", "a_foo"), ("foo$", "foo_b"), ("^foo$", "foofoo"), ("f*o", "xo_f"),
      ("foo", ""), ("*", ""), ("$", "foo"), ("^$", "foo"), ("Foo", "foo"),
      // A piece is taken where it stands first.
      ("foo$", "foofoo"),
    ])
  func matchNot(_ pattern: String, _ name: String) {
    #expect(!SuppressionPattern(pattern).matches(name))
  }
}
