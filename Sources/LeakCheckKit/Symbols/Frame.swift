// A frame of a resolved stack, and whose it is.

/// Whose code a frame is.
public enum FrameOrigin: String, Sendable {
  /// The program's executable.
  case program
  /// A library that is no language's runtime.
  case library
  /// libc, the C++ and Swift runtimes, the dynamic linker.
  case runtime
  /// What calls `main`, and what starts a thread.
  case startup
  /// The allocator's own: never shown.
  case layer
}

/// One frame of a stack.
public struct Frame: Sendable, Hashable {
  /// The address of the call, or of the instruction in an exact first frame.
  public var address: UInt64
  /// The module's file name, `nil` when the address is in none.
  public var moduleName: String?
  /// The address as the module's file counts it.
  public var moduleOffset: UInt64
  /// The function, demangled; `nil` when it is not known.
  public var function: String?
  /// Where in the source, `nil` when it is not known.
  public var location: SourceLocation?
  /// It was inlined into the frame after it.
  public var isInlined: Bool
  /// Whose code it is.
  public var origin: FrameOrigin

  /// Whether a person would see the same line: the address may differ, and no line may be known.
  func isSamePlace(as other: Frame) -> Bool {
    moduleName == other.moduleName && title == other.title && location == other.location
  }

  /// The function, or what there is instead of its name.
  public var title: String {
    if let function { return function }
    guard let moduleName else { return hexadecimal(address) }
    return "\(moduleName)+\(hexadecimal(moduleOffset))"
  }
}

/// A stack with names, without the allocator's own frames.
public struct ResolvedStack: Sendable, Equatable {
  /// The frames, innermost first.
  public var frames: [Frame]
  /// There were more frames than were kept.
  public var isCut: Bool
  /// The unwinder was not there yet: only the caller is known.
  public var isOneFrame: Bool

  /// Makes a stack from its parts.
  package init(frames: [Frame], isCut: Bool, isOneFrame: Bool) {
    self.frames = frames
    self.isCut = isCut
    self.isOneFrame = isOneFrame
  }

  /// No stack.
  public static let none = ResolvedStack(frames: [], isCut: false, isOneFrame: false)

  /// The frame that a person has to look at: the innermost of the program's own with a place in the
  /// source, else the innermost that is no runtime's, else the innermost.
  public var culprit: Frame? {
    frames.first { ($0.origin == .program || $0.origin == .library) && $0.location != nil }
      ?? frames.first { $0.origin == .program || $0.origin == .library } ?? frames.first
  }
}
