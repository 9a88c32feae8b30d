// Commands that a person can paste: make it happen again, look into it, see it in another form.
package import Recording

extension Report {
  /// The commands for this report.
  func nextCommands(_ recording: Recording, isShownAgain: Bool) -> [Command] {
    guard hasFindings else { return [] }
    var commands: [Command] = []
    let words = arguments
    let variables = layerVariables(recording)
    if !words.isEmpty {
      let options = chosenOptions.joined(separator: ",")
      let run =
        meta.string(.variant) == "preload"
        ? ["zleakcheck", "run"] + (options.isEmpty ? [] : ["--options", options]) + ["--"]
        : ["env"] + variables
      commands.append(Command(purpose: "reproduce", text: inFolder(run + words)))
    }
    if !words.isEmpty, !violations.isEmpty || crash != nil {
      // The wrapper's words pass through a shell, once more than the command itself.
      let wrapper = (["env"] + variables).map(shellQuoted).joined(separator: " ")
      let debugger = ["gdb", "-ex", "set exec-wrapper \(wrapper)", "-ex", "run", "--args"] + words
      commands.append(Command(purpose: "debug", text: inFolder(debugger)))
    }
    if !leaks.isEmpty {
      commands.append(
        Command(purpose: "suppress", text: "zleakcheck suppress \(shellQuoted(file))"))
    }
    if !isShownAgain {
      commands.append(
        Command(purpose: "show again", text: "zleakcheck report \(shellQuoted(file))"))
    }
    return commands
  }

  /// Puts commands that make a search's last run again, of the program as somebody typed it.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments.
  ///   - options: The words that narrow the sweeps down.
  ///   - address: The first byte that was overwritten, which the debugger is to watch; `nil` where
  ///     the mistake is the call.
  ///   - recording: The last run's.
  package mutating func setCommands(
    for command: [String], _ options: [String], watching address: UInt64?, _ recording: Recording
  ) {
    let run = ["zleakcheck", "run", "--options", options.joined(separator: ",")]
    let wrapper = (["env"] + layerVariables(recording, options)).map(shellQuoted)
    let stops = address.map {
      ["break main", "run", "watch *(char *)\(hexadecimal($0))", "continue"]
    }
    let steps = ["set exec-wrapper \(wrapper.joined(separator: " "))"] + (stops ?? ["run"])
    let debugger = ["gdb"] + steps.flatMap { ["-ex", $0] } + ["--args"]
    commands = [
      Command(purpose: "reproduce", text: shellCommand(run + ["--"] + command)),
      Command(purpose: "debug", text: shellCommand(debugger + command)),
    ]
  }

  private func shellCommand(_ words: [String]) -> String {
    words.map(shellQuoted).joined(separator: " ")
  }

  /// The arguments; the program itself by the path that was really run.
  private var arguments: [String] {
    let words = meta.arguments
    guard let executable = meta.string(.executable), let first = words.first else { return words }
    // A name without a slash was looked up in PATH, and will be again.
    return [first.contains("/") ? first : executable] + words.dropFirst()
  }

  /// The options that somebody chose: without `on`, which `run` adds, and without where this went.
  private var chosenOptions: [String] {
    optionWords(userOptions(meta.string(.options) ?? "")).filter {
      $0 != "on" && !$0.hasPrefix("record=") && !$0.hasPrefix("announce=")
    }
  }

  /// What brings the layer in without `run`.
  ///
  /// A violation then stops the program where it is noticed, so that a debugger has it there.
  private func layerVariables(_ recording: Recording) -> [String] {
    layerVariables(recording, chosenOptions)
  }

  private func layerVariables(_ recording: Recording, _ options: [String]) -> [String] {
    var words = ["on"] + options
    if words.contains(where: { $0.hasPrefix("on-violation=") }) {
      words.append("on-violation=abort")
    }
    let options = "ZMALLOC_DEBUG=" + words.joined(separator: ",")
    guard let layer = recording.modules.first(where: \.isLayer) else { return [options] }
    if meta.string(.variant) == "preload" { return ["LD_PRELOAD=" + layer.pathText, options] }
    // A layer in the program itself needs no library.
    if layer.isProgram { return [options] }
    return ["LD_LIBRARY_PATH=" + parentFolder(layer.pathText), options]
  }

  private func inFolder(_ words: [String]) -> String {
    let command = shellCommand(words)
    guard let folder = meta.string(.workingDirectory), folder != currentFolder() else {
      return command
    }
    return "(cd \(shellQuoted(folder)) && \(command))"
  }
}
