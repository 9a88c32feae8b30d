// The memory that a watched process shares with the campaign, from the outside.
import CLinux
import Glibc
import LeakCheckKit
import RecordingFormat

/// Memory that the programs of one lane map too; it frees itself.
@safe
final class SharedPage {
  /// What the programs are lent.
  let descriptor: CInt
  private let base: UnsafeMutableRawPointer

  init() throws(Refusal) {
    descriptor = unsafe clinux_memory_file("zleakcheck-page")
    guard descriptor >= 0, ftruncate(descriptor, off_t(CampaignPage.byteCount)) == 0 else {
      throw Refusal("cannot make the memory of a campaign: \(SystemError.text(errno))")
    }
    let mapped = unsafe mmap(
      nil, CampaignPage.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw Refusal("cannot map the memory of a campaign: \(SystemError.text(errno))")
    }
    unsafe base = unsafe mapped
  }

  deinit {
    unsafe munmap(base, CampaignPage.byteCount)
    close(descriptor)
  }

  /// What the process said of itself.
  var page: CampaignPage { unsafe base.load(as: CampaignPage.self) }

  /// What a split child said of itself.
  func slot(_ number: Int) -> CampaignPage {
    let offset = CampaignPage.slotOffset + number * CampaignPage.slotStride
    return unsafe base.load(fromByteOffset: offset, as: CampaignPage.self)
  }

  /// Forgets the last process.
  func reset() { unsafe base.storeBytes(of: CampaignPage(), as: CampaignPage.self) }

  /// Lets the copy begin that waits for this number.
  func open(gate number: UInt32) {
    unsafe clinux_say(
      (base + CampaignPage.gateOffset).assumingMemoryBound(to: UInt32.self), number)
  }

  /// Forgets the last child of a slot.
  func reset(slot number: Int) {
    let offset = CampaignPage.slotOffset + number * CampaignPage.slotStride
    unsafe base.storeBytes(of: CampaignPage(), toByteOffset: offset, as: CampaignPage.self)
  }

  /// From which site each of the first points came; after a run that counted its sites.
  func points() -> PointOrder {
    let count = min(Int(page.pointCount), CampaignPage.pointCapacity)
    let indices = (0..<count).map { number in
      let offset = CampaignPage.pointOffset + number * 2
      return unsafe base.load(fromByteOffset: offset, as: UInt16.self)
    }
    return PointOrder(indices, sites: sites().map(\.key))
  }

  /// The sites that the process saw, in the order of their first points.
  func sites() -> [CampaignSite] {
    let count = min(Int(page.siteCount), CampaignPage.siteCapacity)
    return (0..<count).map { index in
      let offset = CampaignPage.siteOffset + index * MemoryLayout<CampaignSite>.size
      return unsafe base.load(fromByteOffset: offset, as: CampaignSite.self)
    }
  }
}
