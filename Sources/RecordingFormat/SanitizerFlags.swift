// LSAN_OPTIONS: one grammar and one list of flags, for the layer, which obeys some, and for
// zleakcheck, which obeys the others and says what is not obeyed.
//
//   options = separator* (flag separator+)*     separator: blank, comma, colon, line end
//   flag    = name "=" value                    a value may stand in ' or "
//
// The grammar and the names are LeakSanitizer's (compiler-rt/lib/lsan/lsan_flags.inc and
// sanitizer_common/sanitizer_flags.inc). Later words win.

/// One word of LSAN_OPTIONS: where its name and its value stand.
public struct SanitizerWord: Equatable, Sendable {
  /// The bytes of the name.
  public var name: Range<Int>
  /// The bytes of the value, without its quotes; nil where there is no `=`.
  public var value: Range<Int>?
}

/// The words of LSAN_OPTIONS, one after the other.
public struct SanitizerWords: Sendable {
  private var at = 0

  /// At the beginning.
  public init() {}

  /// The next word; nil after the last one.
  public mutating func next(in text: Span<UInt8>) -> SanitizerWord? {
    while at < text.count, Self.isSeparator(text[at]) { at += 1 }
    guard at < text.count else { return nil }
    let start = at
    while at < text.count, text[at] != 0x3D, !Self.isSeparator(text[at]) { at += 1 }
    let name = start..<at
    guard at < text.count, text[at] == 0x3D else { return SanitizerWord(name: name, value: nil) }
    at += 1
    guard at < text.count, text[at] == 0x22 || text[at] == 0x27 else {
      let first = at
      while at < text.count, !Self.isSeparator(text[at]) { at += 1 }
      return SanitizerWord(name: name, value: first..<at)
    }
    let quote = text[at]
    let first = at + 1
    at = first
    while at < text.count, text[at] != quote { at += 1 }
    let value = first..<at
    if at < text.count { at += 1 }
    return SanitizerWord(name: name, value: value)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x2C || byte == 0x3A || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }
}

/// A flag of LSAN_OPTIONS that is obeyed.
public enum SanitizerFlag: UInt8, Sendable {
  /// No search for leaks.
  case detectLeaks
  /// None at the end.
  case leakCheckAtExit
  /// The status when leaks are found; 0 leaves the program's.
  case exitCode
  /// Whether globals are roots.
  case useGlobals
  /// Whether stacks are roots.
  case useStacks
  /// Whether registers are roots.
  case useRegisters
  /// Whether thread-locals are roots.
  case useTLS
  /// Whether the regions are roots that the program registered.
  case useRootRegions
  /// Whether what the dynamic linker allocated is always reached.
  case useLinkerAllocations
  /// A file of rules.
  case suppressions
  /// Whether the rules that were used are printed.
  case printSuppressions
  /// The addresses of lost blocks are shown.
  case reportObjects
  /// The most leaks that are shown; 0 for all.
  case maxLeaks

  /// The flag of a name; nil when it is none that is obeyed.
  public init?(_ text: Span<UInt8>, _ name: Range<Int>) {
    for rawValue in 0..<Self.count {
      guard let flag = SanitizerFlag(rawValue: rawValue) else { return nil }
      if equal(text, name, flag.name) {
        self = flag
        return
      }
    }
    return nil
  }

  private static let count: UInt8 = 13

  /// As it is written.
  public var name: StaticString {
    switch self {
    case .detectLeaks: "detect_leaks"
    case .leakCheckAtExit: "leak_check_at_exit"
    case .exitCode: "exitcode"
    case .useGlobals: "use_globals"
    case .useStacks: "use_stacks"
    case .useRegisters: "use_registers"
    case .useTLS: "use_tls"
    case .useRootRegions: "use_root_regions"
    case .useLinkerAllocations: "use_ld_allocations"
    case .suppressions: "suppressions"
    case .printSuppressions: "print_suppressions"
    case .reportObjects: "report_objects"
    case .maxLeaks: "max_leaks"
    }
  }

  /// A flag's value as a truth; nil when it is none.
  public static func truth(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool? {
    if equal(text, value, "1") || equal(text, value, "true") || equal(text, value, "yes") {
      return true
    }
    if equal(text, value, "0") || equal(text, value, "false") || equal(text, value, "no") {
      return false
    }
    return nil
  }

  /// A flag's value as a number from 0 to 2,147,483,647; nil when it is none.
  public static func number(_ text: Span<UInt8>, _ value: Range<Int>) -> Int32? {
    guard !value.isEmpty, value.count <= 10 else { return nil }
    var number: Int64 = 0
    for index in value {
      let digit = text[index] &- 48
      guard digit < 10 else { return nil }
      number = number * 10 + Int64(digit)
    }
    return number <= Int64(Int32.max) ? Int32(number) : nil
  }
}

/// Whether bytes are these.
private func equal(_ text: Span<UInt8>, _ range: Range<Int>, _ other: StaticString) -> Bool {
  guard range.count == other.utf8CodeUnitCount else { return false }
  for index in 0..<range.count {
    guard unsafe text[range.lowerBound + index] == other.utf8Start[index] else { return false }
  }
  return true
}

/// Flags of LeakSanitizer that mean nothing here: what it prints, how it walks stacks, and what its
/// own allocator does.
public enum ForeignSanitizerFlag {
  /// Whether a name is one of them.
  public static func isKnown(_ text: Span<UInt8>, _ name: Range<Int>) -> Bool {
    for index in 0..<count where equal(text, name, self.name(index)) { return true }
    return false
  }

  private static let count = 47

  private static func name(_ index: Int) -> StaticString {
    index < 24 ? ofReports(index) : ofTheRest(index)
  }

  private static func ofReports(_ index: Int) -> StaticString {
    switch index {
    case 0: "verbosity"
    case 1: "log_path"
    case 2: "log_suffix"
    case 3: "log_exe_name"
    case 4: "log_to_syslog"
    case 5: "log_pointers"
    case 6: "log_threads"
    case 7: "color"
    case 8: "symbolize"
    case 9: "symbolize_inline_frames"
    case 10: "symbolize_vs_style"
    case 11: "external_symbolizer_path"
    case 12: "enable_symbolizer_markup"
    case 13: "allow_addr2line"
    case 14: "strip_path_prefix"
    case 15: "stack_trace_format"
    case 16: "dedup_token_length"
    case 17: "demangle"
    case 18: "print_summary"
    case 19: "print_module_map"
    case 20: "print_cmdline"
    case 21: "resolution"
    case 22: "malloc_context_size"
    default: "help"
    }
  }

  private static func ofTheRest(_ index: Int) -> StaticString {
    switch index {
    case 24: "use_unaligned"
    case 25: "use_poisoned"
    case 26: "use_swift_globals"
    case 27: "fast_unwind_on_check"
    case 28: "fast_unwind_on_fatal"
    case 29: "fast_unwind_on_malloc"
    case 30: "handle_segv"
    case 31: "handle_sigbus"
    case 32: "handle_abort"
    case 33: "handle_sigill"
    case 34: "handle_sigfpe"
    case 35: "handle_sigtrap"
    case 36: "allow_user_segv_handler"
    case 37: "use_sigaltstack"
    case 38: "abort_on_error"
    case 39: "disable_coredump"
    case 40: "allocator_may_return_null"
    case 41: "allocator_release_to_os_interval_ms"
    case 42: "max_allocation_size_mb"
    case 43: "hard_rss_limit_mb"
    case 44: "soft_rss_limit_mb"
    case 45: "compress_stack_depot"
    default: "thread_suspend_fail"
    }
  }
}
