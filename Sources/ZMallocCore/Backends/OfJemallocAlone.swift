// What redis asks of jemalloc alone, where something else stands below.

#if !JEMALLOC
  extension Allocator {
    /// Arenas that have numbers: none.
    static func figures(arena: UInt32, refresh: Bool) -> AllocatorFigures? { nil }

    /// Gives nothing back.
    static func purge() -> Bool { true }

    /// There is no such thread.
    static func setBackgroundThread(_ isOn: Bool) {}

    /// Whether redis would give the pages of a large block back while the block is in use.
    static var dismissesPages: Bool { false }
  }
#endif
