// Two sockets that keep the bounds of messages: one for the command, one to lend to the program.
import CLinux
import Glibc
import LeakCheckKit

/// Makes a pair of connected sockets, both close-on-exec; the caller closes them.
func makeSocketPair() throws(Refusal) -> (ours: CInt, theirs: CInt) {
  var ends: (CInt, CInt) = (-1, -1)
  let isMade = unsafe withUnsafeMutablePointer(to: &ends) { ends in
    unsafe ends.withMemoryRebound(to: CInt.self, capacity: 2) { unsafe clinux_socket_pair($0) }
  }
  guard isMade else {
    throw Refusal("cannot make a pair of sockets: \(SystemError.text(errno))")
  }
  return (ends.0, ends.1)
}
