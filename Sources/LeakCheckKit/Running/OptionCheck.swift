// Whether the layer accepts the options, asked before the program runs: else its refusal would look
// like the program's.
import Glibc

/// Asks the layer itself whether it accepts the options: there is one grammar and one parser, and
/// it is there.
package enum OptionCheck {
  /// Whether a program that does nothing starts with this environment.
  ///
  /// The layer says on standard error what it does not accept. Where there is no `true`, nothing is
  /// asked.
  package static func accepts(_ environment: [String]) -> Bool {
    guard let program = executable("true", in: ["/usr/bin", "/bin"] + searchPath()),
      let folder = try? PrivateFolder()
    else { return true }
    defer { folder.remove() }
    let quiet = environment.map { entry in
      entry.hasPrefix("ZMALLOC_DEBUG=") ? "\(entry),record=\(folder.path)/%p.zleak" : entry
    }
    guard
      let process = try? WatchedProcess(path: program, arguments: ["true"], environment: quiet)
    else { return true }
    return process.wait() != .exited(ExitStatus.usage)
  }
}
