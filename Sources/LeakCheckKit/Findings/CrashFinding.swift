// The fatal signal as the report tells it.

/// The fatal signal.
public struct CrashFinding: Sendable {
  /// The signal's number.
  public var signal: UInt32
  /// `si_code`.
  public var code: Int32
  /// The address that faulted.
  public var faultAddress: UInt64
  /// Where and when.
  public var moment: Moment
  /// The program has a handler of its own for it.
  public var hasHandler: Bool
  /// The failed allocation before this; `nil` without one.
  public var faultBefore: EarlierFault?
  /// The stable name.
  public var fingerprint: Fingerprint

  /// The first line: which signal, and where it hit when that is an address of data.
  public var firstLine: String {
    let name = signalName(signal)
    // SIGBUS and SIGSEGV of a fault: `si_code` above 0 means that `si_addr` is what was accessed.
    guard [7, 11].contains(signal), code > 0 else { return "crash: \(name)" }
    return "crash: \(name) at address \(hexadecimal(faultAddress))"
  }

  /// The function that fills a stack which is too deep to be kept.
  private var endlessFunction: String? {
    let names = moment.stack.frames.compactMap(\.function)
    // One that is in more than half of the frames is in the middle of the sorted ones.
    guard moment.stack.isCut, names.count > 8 else { return nil }
    let name = names.sorted()[names.count / 2]
    return names.count { $0 == name } > names.count / 2 ? name : nil
  }

  /// What the signal says of its cause; `nil` when it says nothing.
  ///
  /// The values of `si_code` are those of `<signal.h>`.
  public var explanation: String? {
    // SI_TKILL, as abort and raise send it; every other code up to 0 is a process that sent it.
    let isRaised = code == -6
    if signal == 6, isRaised {
      return "The program called abort."
    }
    guard code > 0 else {
      return isRaised ? "The program raised it itself." : "It was sent to the program by kill."
    }
    if [7, 11].contains(signal), let function = endlessFunction {
      return "The stack has probably overflowed: \(function) calls itself again and again."
    }
    switch (signal, code) {
    case (11, 0x80):
      return "The address is none that a program can have (the processor does not tell which)."
    case (11, _) where faultAddress < 4_096:
      return "A null pointer was used, or a field behind one."
    case (11, 1): return "Nothing is mapped at this address."
    case (11, 2): return "What is mapped there may not be accessed in this way."
    case (4, _), (5, _):
      return "The program stopped itself: Swift and __builtin_trap do that when a check fails."
    case (8, 1): return "An integer was divided by zero."
    default: return nil
    }
  }
}
