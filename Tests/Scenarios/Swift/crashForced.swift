// Unwraps nil after it has allocated.
// The mistake is the point:
// swift-format-ignore-file: NeverForceUnwrap
@inline(never)
func find(_ name: String, in names: [String]) -> Int? { names.firstIndex(of: name) }

let names = (0..<10).map { "name \($0)" }
#if GOOD
  print(find("name 3", in: names)!)
#else
  print(find("nobody", in: names)!)
#endif
