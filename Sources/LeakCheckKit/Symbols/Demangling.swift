// Linker names as people wrote them: Swift's and C++'s.
import Glibc

/// The runtime's own demangler for backtraces: Swift in its short form, C++ by the C++ library.
///
/// There is no public way to it: SE-0498 proposes one, and this goes when a toolchain has it.
@_silgen_name("_swift_backtrace_demangle")
@unsafe private func runtimeDemangle(
  _ name: UnsafePointer<CChar>, _ byteCount: Int, _ output: UnsafeMutablePointer<CChar>?,
  _ outputByteCount: UnsafeMutablePointer<Int>?
) -> UnsafeMutablePointer<CChar>?

/// The name as it stands in the source, or the linker's name when it is no mangled one.
func demangled(_ name: String) -> String {
  // Embedded Swift mangles with $e what else begins with $s.
  let isEmbedded = name.hasPrefix("$e")
  let mangled = isEmbedded ? "$s" + name.dropFirst(2) : name
  guard
    mangled.hasPrefix("$s") || mangled.hasPrefix("$S") || mangled.hasPrefix("_$s")
      || mangled.hasPrefix("_Z"), mangled.utf8.count <= 16_384
  else { return name }
  // The linker's version suffix (`@@GLIBCXX_3.4`) is no part of the mangling.
  let core = mangled.split(separator: "@", maxSplits: 1).first.map(String.init) ?? mangled
  guard let text = unsafe runtimeDemangle(core, core.utf8.count, nil, nil) else { return name }
  defer { unsafe free(text) }
  let result = unsafe String(cString: text)
  return result.isEmpty ? name : result
}

/// Whether the compiler put this function between two of the program's, to fit one to the other.
///
/// The suffixes are those of Swift's mangling (docs/ABI/Mangling.rst): `TR` reabstraction thunk,
/// `TA` partial application forwarder, each perhaps of an async function (`TQ`, `TY` and a number).
func isSwiftThunk(_ name: String) -> Bool {
  guard name.hasPrefix("$s") || name.hasPrefix("$e") else { return false }
  return ["TR", "TA", "TRTA"].contains { suffix in
    name.hasSuffix(suffix) || name.contains(suffix + "TQ") || name.contains(suffix + "TY")
  }
}
