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
    if let module, module.isLayer, module.name.hasPrefix("libzmalloc") { return .layer }
    if let linkerName {
      if isLayerName(linkerName), module?.isLayer != false { return .layer }
      if startupNames.contains(linkerName) { return .startup }
    }
    guard let module else { return .library }
    if isRuntimeModule(module.name) { return .runtime }
    if let linkerName, isRuntimeName(linkerName) { return .runtime }
    if let file, isRuntimeFile(file) { return .runtime }
    return module.isProgram ? .program : .library
  }

  private static let startupNames: Set<String> = [
    "_start", "__libc_start_main", "__libc_start_main_impl", "__libc_start_main@@GLIBC_2.34",
    "__libc_start_call_main", "start_thread", "clone", "clone3", "__clone", "__clone3",
    "_dl_start_user",
    "_dl_start", "__GI___clone", "__clone_internal",
  ]

  /// Mangled names begin with the module's name and its length; C names are the contract's.
  private static func isLayerName(_ name: String) -> Bool {
    let modules = [
      "11ZMallocCore", "12ZMallocDebug", "7ZMalloc", "8CZMalloc", "10ZMallocABI",
      "13ZMallocPreload", "15RecordingFormat",
    ]
    if name.hasPrefix("$s") || name.hasPrefix("$e") {
      let rest = name.dropFirst(2)
      return modules.contains { rest.hasPrefix($0) }
    }
    return layerCNames.contains(name) || name.hasPrefix("zmalloc_") || name.hasPrefix("zm_")
  }

  private static let layerCNames: Set<String> = {
    var names: Set<String> = [
      "zmalloc", "zcalloc", "zcalloc_num", "zrealloc", "zfree", "zfree_with_flags", "zstrdup",
      "zmalloc_usable", "zcalloc_usable", "zrealloc_usable", "zfree_usable", "zfree_sized",
    ]
    for base in ["malloc", "calloc", "realloc"] {
      names.insert("ztry" + base)
      names.insert("ztry" + base + "_usable")
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
    file.contains("/include/c++/") || file.contains("/swift/stdlib/")
      || file.contains("/libstdc++-v3/")
  }
}
