// What a report shall show.

/// What a report shall show.
public struct ReportRequest {
  /// Where the recording is, as a person would name it.
  public var file: String
  /// The most leak entries; `nil` for all.
  public var leakEntryLimit: Int?
  /// The most sites that are shown below an entry.
  public var childSiteLimit: Int
  /// The most failed allocations that are listed.
  public var faultLimit: Int
  /// A recording from a file, which `report` shows: then `report` is no next command.
  public var isShownAgain: Bool
  /// Blocks that are in use and not lost are shown too, by site.
  public var showsReachable = false
  /// Remarks that a person has read already.
  public var knownRemarks: [String] = []
  /// The mark since which things are shown; `nil` for all.
  var since: SinceRequest?
  /// What was taken out of the recording before.
  public var suppressed: [SuppressionUse]
  /// What knows lines; `nil` for names out of the files themselves.
  public var symbolizer: (any Symbolizer)?

  /// How many sites below an entry get names: several may turn out to be one place.
  var resolvedChildCount: Int { childSiteLimit * 4 }

  /// Makes a request.
  public init(
    file: String, leakEntryLimit: Int?, childSiteLimit: Int = 5, faultLimit: Int = 10,
    isShownAgain: Bool = false, symbolizer: (any Symbolizer)?, suppressed: [SuppressionUse] = []
  ) {
    self.file = file
    self.leakEntryLimit = leakEntryLimit
    self.childSiteLimit = childSiteLimit
    self.faultLimit = faultLimit
    self.isShownAgain = isShownAgain
    self.symbolizer = symbolizer
    self.suppressed = suppressed
  }
}
