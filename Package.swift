// swift-tools-version: 6.3
// One package: every variant of the in-process code is built from this file, by its traits.
// `tools/build` runs it once per variant. README.md lists the modules bottom-up.
import PackageDescription

/// Settings of every Swift target.
let everywhere: [SwiftSetting] = [
  // SE-0458: every unsafe use is marked; the mark is an error when it is missing.
  .strictMemorySafety(),
  // SE-0480: a warning is an error here; SwiftPM strips this for dependents.
  .treatAllWarnings(as: .error),
  // SE-0335: an existential is spelled `any`.
  .enableUpcomingFeature("ExistentialAny"),
  // SE-0409: an import is internal unless it says otherwise.
  .enableUpcomingFeature("InternalImportsByDefault"),
  // SE-0444: a member is visible only where its module is imported.
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Settings of the code that runs inside the watched program.
let inProcess: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded", .when(traits: ["Embedded"])),
  .define("DEBUG_LAYER", .when(configuration: .debug)),
  .define("DEBUG_LAYER", .when(traits: ["DebugLayer"])),
  .define("PRELOAD", .when(traits: ["Preload"])),
  .define("JEMALLOC", .when(traits: ["Jemalloc"])),
  .define("MIMALLOC", .when(traits: ["Mimalloc"])),
  .define("TCMALLOC", .when(traits: ["TCMalloc"])),
  .define("PREFIX", .when(traits: ["Prefix"])),
]

/// The same conditions for the C pieces.
let inProcessC: [CSetting] = [
  .define("DEBUG_LAYER", .when(configuration: .debug)),
  .define("DEBUG_LAYER", .when(traits: ["DebugLayer"])),
  .define("EMBEDDED", .when(traits: ["Embedded"])),
  .define("PRELOAD", .when(traits: ["Preload"])),
  .define("JEMALLOC", .when(traits: ["Jemalloc"])),
  .define("MIMALLOC", .when(traits: ["Mimalloc"])),
  .define("TCMALLOC", .when(traits: ["TCMalloc"])),
  .define("PREFIX", .when(traits: ["Prefix"])),
  .define("_GNU_SOURCE"),
]

/// Settings of every C target.
let everywhereC: [CSetting] = [
  // SE-0480, as above.
  .enableWarning("all"),
  .enableWarning("extra"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "swift-zmalloc",
  products: [
    .library(name: "ZMalloc", targets: ["ZMalloc"]),
    .library(name: "ZMallocTesting", targets: ["ZMallocTesting"]),
    .executable(name: "zleakcheck", targets: ["zleakcheck"]),
  ],
  traits: [
    .trait(name: "Embedded", description: "No Swift runtime: the C libraries."),
    .trait(name: "DebugLayer", description: "The debug layer, in a release build too."),
    .trait(name: "Preload", description: "libc's names; the way down is __libc_malloc."),
    // The allocator below, libc's without one of these; two are an error.
    .trait(name: "Jemalloc", description: "jemalloc below."),
    .trait(name: "Mimalloc", description: "mimalloc below."),
    .trait(name: "TCMalloc", description: "tcmalloc below."),
    .trait(name: "Prefix", description: "libc below, its usable size not asked for."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // In the program, bottom-up.
    .target(name: "CZMallocABI"),
    .target(name: "CZMalloc", cSettings: inProcessC),
    .target(name: "RecordingFormat", swiftSettings: inProcess),
    .systemLibrary(name: "CJemalloc"),
    .systemLibrary(name: "CMimalloc"),
    .systemLibrary(name: "CTCMalloc"),
    .target(
      name: "ZMallocCore",
      dependencies: [
        "CZMalloc",
        // With its trait off nothing of an allocator is looked for.
        .target(name: "CJemalloc", condition: .when(traits: ["Jemalloc"])),
        .target(name: "CMimalloc", condition: .when(traits: ["Mimalloc"])),
        .target(name: "CTCMalloc", condition: .when(traits: ["TCMalloc"])),
      ],
      swiftSettings: inProcess),
    .target(
      name: "ZMallocDebug", dependencies: ["ZMallocCore", "CZMalloc", "RecordingFormat"],
      swiftSettings: inProcess),
    .target(
      name: "ZMalloc", dependencies: ["CZMalloc", "ZMallocCore", "ZMallocDebug"],
      // SE-0456 gives the library's own types properties that are spans; those of others need the
      // attribute @_lifetime still. Who imports the module needs nothing.
      swiftSettings: inProcess + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "ZMallocABI", dependencies: ["CZMallocABI", "CZMalloc", "ZMallocCore", "ZMallocDebug"],
      swiftSettings: inProcess),
    .target(
      name: "ZMallocDebugABI", dependencies: ["CZMallocABI", "CZMalloc", "ZMallocABI"],
      cSettings: inProcessC),
    .target(
      name: "ZMallocPreload", dependencies: ["CZMalloc", "ZMallocDebug"], cSettings: inProcessC),

    // In the terminal, bottom-up.
    .target(name: "Recording", dependencies: ["RecordingFormat"]),
    .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
    .target(
      name: "LeakCheckKit", dependencies: ["Recording", "CLinux"],
      exclude: ["report.schema.json"]),
    .target(
      name: "OOMExplorer",
      dependencies: ["LeakCheckKit", "Recording", "RecordingFormat", "CLinux"],
      exclude: ["campaign.schema.json"]),
    .target(
      name: "CZMallocTesting", dependencies: ["CZMalloc"], cSettings: inProcessC),
    .target(
      name: "ZMallocTesting",
      dependencies: ["ZMalloc", "CZMallocTesting", "LeakCheckKit", "Recording", "CLinux"]),
    .executableTarget(
      name: "zleakcheck",
      dependencies: [
        "LeakCheckKit", "OOMExplorer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Their tests.
    .testTarget(name: "RecordingFormatTests", dependencies: ["RecordingFormat"]),
    .testTarget(name: "ZMallocCoreTests", dependencies: ["ZMallocCore"]),
    .testTarget(
      name: "ZMallocDebugTests", dependencies: ["ZMallocDebug", "RecordingFormat"]),
    .testTarget(
      name: "ZMallocTests",
      dependencies: ["ZMalloc", "CZMalloc", "CZMallocTesting", "ZMallocTesting"]),
    .testTarget(
      name: "ZMallocTestingTests",
      dependencies: ["ZMallocTesting", "ZMalloc", "LeakCheckKit", "Recording"]),
    .executableTarget(
      name: "zmalloc-scenario", dependencies: ["ZMalloc"], path: "Tests/SwiftScenarios"),
    .executableTarget(
      name: "zmalloc-contract", dependencies: ["ZMalloc"], path: "Tests/SwiftContract"),
    .target(
      name: "RecordingSamples", dependencies: ["Recording"],
      path: "Tests/RecordingSamples"),
    .testTarget(name: "RecordingTests", dependencies: ["Recording", "RecordingSamples"]),
    .testTarget(
      name: "LeakCheckKitTests",
      dependencies: ["LeakCheckKit", "Recording", "RecordingSamples"]),
    .testTarget(
      name: "OOMExplorerTests", dependencies: ["OOMExplorer", "LeakCheckKit", "RecordingFormat"]),
    .testTarget(
      name: "zleakcheckTests",
      dependencies: ["zleakcheck", "LeakCheckKit", "Recording", "RecordingSamples"],
      exclude: ["standin.c"]),

    // Tests. These run built products and link none of them.
    .testTarget(name: "ScenarioTests", dependencies: ["zmalloc-scenario", "zmalloc-contract"]),
  ],
  swiftLanguageModes: [.v6])

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + everywhere
  target.cSettings = (target.cSettings ?? []) + everywhereC
}
