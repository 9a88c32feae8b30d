// LeakSanitizer's functions that the program defines and does not export: a linker exports what a
// library asked for when the program was linked, and this one was not there. They are looked for in
// the symbol table of the executable's file, where it has one.
#if DEBUG_LAYER && hasFeature(Embedded)
  import CZMalloc
  import RecordingFormat

  /// The functions of the program that the layer asks.
  @safe
  enum ProgramFunctions {
    /// Looks for them; a campaign's copies of a program do without.
    static func find() {
      guard unsafe state.pointee.campaign == 0 else { return }
      for index in 0..<ModuleTable.count {
        let head = ModuleTable.head(index)
        guard head.flags & ModuleHead.isProgram != 0 else { continue }
        ModuleSymbols.forEachFunction(inFile: LayerStorage.executable, "__lsan_") { name, value in
          let code = UInt(head.bias) &+ value
          if name.equals("__lsan_default_options") {
            zmalloc_set_program_function(0, code)
          } else if name.equals("__lsan_default_suppressions") {
            zmalloc_set_program_function(1, code)
          } else if name.equals("__lsan_is_turned_off") {
            zmalloc_set_program_function(2, code)
          }
        }
        return
      }
    }
  }
#endif
