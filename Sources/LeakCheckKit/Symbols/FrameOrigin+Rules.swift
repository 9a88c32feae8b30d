// Whose frame it is: decided by the module's name, the linker's name of the function, and the
// source file.
import Recording

extension FrameOrigin {
  /// Decides whose frame it is.
  ///
  /// - Parameters:
  ///   - module: The module that holds the address, `nil` for none.
  ///   - linkerName: The function as the linker names it.
  ///   - file: The source file.
  /// - Returns: Whose it is.
  static func of(_ module: Module?, linkerName: String?, file: String?) -> FrameOrigin {
    // The production library under the preload library is ours too.
    if let module, module.name.hasPrefix("libzmalloc") { return .layer }
    if let linkerName {
      if isLayerSwiftName(linkerName) { return .layer }
      if isLayerCName(linkerName), module?.isLayer != false { return .layer }
      if startupNames.contains(linkerName) { return .startup }
    }
    guard let module else { return .library }
    if isRuntimeModule(module.name) { return .runtime }
    // The file is surer than the name: an extension of Array is mangled like Array's own.
    if let file {
      if isRuntimeFile(file) { return .runtime }
    } else if let linkerName, isRuntimeName(linkerName) {
      return .runtime
    }
    return module.isProgram ? .program : .library
  }

  private static let startupNames: Set<String> = [
    "_start", "__libc_start_main", "__libc_start_main_impl", "__libc_start_main@@GLIBC_2.34",
    "__libc_start_call_main", "start_thread", "clone", "clone3", "__clone", "__clone3",
    "_dl_start_user", "_dl_start", "__GI___clone", "__clone_internal",
  ]

  /// Mangled names begin with the module's name and its length; so do extensions, behind the type.
  private static func isLayerSwiftName(_ name: String) -> Bool {
    guard name.hasPrefix("$s") || name.hasPrefix("$e") else { return false }
    let rest = name.dropFirst(2)
    return layerModules.contains { module in
      rest.hasPrefix(module) || rest.contains(module + "E")
    }
  }

  private static let layerModules = [
    "11ZMallocCore", "12ZMallocDebug", "7ZMalloc", "8CZMalloc", "10ZMallocABI",
    "13ZMallocPreload", "15RecordingFormat",
  ]

  /// The contract of zmalloc.h, and what stands under it in C.
  private static func isLayerCName(_ name: String) -> Bool {
    layerCNames.contains(name) || name.hasPrefix("zmalloc_")
  }

  private static let layerCNames: Set<String> = {
    var names: Set<String> = ["zfree_usable", "zfree_with_size", "extend_to_usable"]
    for base in ["malloc", "calloc", "realloc", "calloc_num", "strdup", "free"] {
      for end in ["", "_usable"] { names.formUnion(["z\(base)\(end)", "ztry\(base)\(end)"]) }
    }
    return names
  }()

  private static func isRuntimeModule(_ name: String) -> Bool {
    let prefixes = [
      "libc.so", "libc-", "libm.so", "libm-", "libpthread", "libdl.so", "librt.so", "ld-linux",
      "ld-musl", "ld-2", "libstdc++", "libc++", "libgcc_s", "libswift", "libFoundation",
      "lib_Foundation", "libdispatch", "libBlocksRuntime", "libXCTest", "libTesting",
      "linux-vdso", "libunwind", "libresolv", "libnss_",
    ]
    return prefixes.contains { name.hasPrefix($0) }
  }

  /// The Swift runtime and libgcc can be linked into the program itself.
  private static func isRuntimeName(_ name: String) -> Bool {
    name.hasPrefix("swift_") || name.hasPrefix("_swift_") || name.hasPrefix("$ss")
      || name.hasPrefix("$sS") || name.hasPrefix("_ZN5swift")
      || name.hasPrefix("_ZL") && name.contains("swift")
      || name.hasPrefix("_ZNSt") || name.hasPrefix("_ZSt") || name.hasPrefix("_ZN9__gnu_cxx")
      || name.hasPrefix("$s10Foundation") || name.hasPrefix("$s20FoundationEssentials")
  }

  private static func isRuntimeFile(_ file: String) -> Bool {
    let places = [
      "/include/c++/", "/libstdc++-v3/", "/swift/stdlib/", "/swift/Runtime", "/swift-foundation/",
      "/swift-corelibs-",
    ]
    return places.contains { file.contains($0) }
  }
}
