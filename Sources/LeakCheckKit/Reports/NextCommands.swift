// Commands that a person can paste: make it happen again, look into it, see it in another form.
import Recording

extension Report {
  /// The commands for this report.
  func nextCommands(_ recording: Recording) -> [Command] {
    guard hasFindings else { return [] }
    var commands: [Command] = []
    let words = arguments
    if !words.isEmpty, meta.string(.variant) == "preload" {
      let options = chosenOptions.isEmpty ? [] : ["--options", chosenOptions]
      let run = ["zleakcheck", "run"] + options + ["--"] + words
      commands.append(Command(purpose: "reproduce", text: inFolder(run)))
      if !violations.isEmpty || crash != nil, let layer = recording.modules.first(where: \.isLayer)
      {
        commands.append(Command(purpose: "debug", text: inFolder(debugger(words, layer.pathText))))
      }
    }
    commands.append(
      Command(purpose: "show again", text: "zleakcheck report \(shellQuoted(file))"))
    return commands
  }

  /// The arguments; the program itself by the path that was really run.
  private var arguments: [String] {
    let words = meta.arguments
    guard let executable = meta.string(.executable), let first = words.first else { return words }
    // A name without a slash was looked up in PATH, and will be again.
    return [first.contains("/") ? first : executable] + words.dropFirst()
  }

  /// The options that somebody chose: without `on`, which `run` adds, and without where this went.
  private var chosenOptions: String {
    let words = userOptions(meta.string(.options) ?? "").split(separator: ",")
    return words.filter { $0 != "on" && !$0.hasPrefix("record=") && !$0.hasPrefix("announce=") }
      .joined(separator: ",")
  }

  /// A violation stops the program where it is noticed, so that the debugger has it there.
  private func debugger(_ words: [String], _ library: String) -> [String] {
    let options = chosenOptions.isEmpty ? "" : ",\(chosenOptions)"
    return [
      "gdb", "-ex", "set startup-with-shell off", "-ex",
      "set environment LD_PRELOAD=\(library)", "-ex",
      "set environment ZMALLOC_DEBUG=on\(options),on-violation=abort", "-ex", "run", "--args",
    ] + words
  }

  private func inFolder(_ words: [String]) -> String {
    let command = words.map(shellQuoted).joined(separator: " ")
    guard let folder = meta.string(.workingDirectory), folder != currentFolder() else {
      return command
    }
    return "(cd \(shellQuoted(folder)) && \(command))"
  }
}
