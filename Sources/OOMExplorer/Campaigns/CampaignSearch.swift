// Campaigns' files in the current folder.
import LeakCheckKit

/// The files of campaigns here, by their names' end.
public func campaignFiles() -> [String] {
  folderNames(".").filter { $0.hasSuffix(".zcampaign") && CampaignFiles.isCampaign($0) }
}
