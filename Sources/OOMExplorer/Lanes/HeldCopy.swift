// A copy of a server that was forked before its time and waits until it may begin.
import Glibc

/// A run that can begin as a copy of a server.
struct PlannedRun: Equatable {
  /// Words for the layer of this copy.
  var words: [String]
  /// The number of the allocation that fails first.
  var point: UInt64
}

/// The copy that waits.
struct HeldCopy {
  var planned: PlannedRun
  /// Whose copy it is, and who was asked for it and not heard yet.
  var server: ForkServer
  /// The number that lets it begin.
  var ticket: UInt32
}
