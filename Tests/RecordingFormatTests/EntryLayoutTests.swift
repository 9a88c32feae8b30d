// The entries' bytes in memory are the bytes in the file: their sizes and the places of their
// fields must not move.

import RecordingFormat
import Testing

@Suite struct EntryLayoutTests {
  @Test func `each entry has the size that the grammar says, and no padding`() {
    #expect(MemoryLayout<ThreadEntry>.size == 24)
    #expect(MemoryLayout<BlockEntry>.size == 64)
    #expect(MemoryLayout<SiteEntry>.size == 24)
    #expect(MemoryLayout<SiblingEntry>.size == 16)
    #expect(MemoryLayout<MarkEntry>.size == 24)
    #expect(MemoryLayout<RequestAnswer>.size == 16)
    #expect(MemoryLayout<MomentEntry>.size == 32)
    #expect(MemoryLayout<NeighbourEntry>.size == 24)
    #expect(MemoryLayout<ViolationEntry>.size == 280)
    #expect(MemoryLayout<EarlierLifeEntry>.size == 80)
    #expect(MemoryLayout<ObservationEntry>.size == 48)
    #expect(MemoryLayout<CrashEntry>.size == 48)
    #expect(MemoryLayout<FaultEntry>.size == 48)
    #expect(MemoryLayout<CampaignSite>.size == 40)
    #expect(MemoryLayout<CampaignPage>.size <= CampaignPage.slotStride)
    #expect(MemoryLayout<CampaignPage>.size <= CampaignPage.siteOffset)
    #expect(MemoryLayout<ModuleHead>.size == 48)
    #expect(MemoryLayout<StackHead>.size == 8)
  }

  @Test func `fields stand where the grammar says`() {
    #expect(MemoryLayout<BlockEntry>.offset(of: \.stack) == 32)
    #expect(MemoryLayout<BlockEntry>.offset(of: \.state) == 48)
    #expect(MemoryLayout<BlockEntry>.offset(of: \.faultBefore) == 52)
    #expect(MemoryLayout<BlockEntry>.offset(of: \.mark) == 56)
    #expect(MemoryLayout<SiteEntry>.offset(of: \.mark) == 4)
    #expect(MemoryLayout<ViolationEntry>.offset(of: \.allocated) == 48)
    #expect(MemoryLayout<ViolationEntry>.offset(of: \.below) == 144)
    #expect(MemoryLayout<ViolationEntry>.offset(of: \.expected) == 200)
    #expect(MemoryLayout<ViolationEntry>.offset(of: \.faultBefore) == 264)
    #expect(MemoryLayout<ViolationEntry>.offset(of: \.access) == 271)
    #expect(MemoryLayout<ViolationEntry>.offset(of: \.repeatCount) == 272)
    #expect(MemoryLayout<EarlierLifeEntry>.offset(of: \.freed) == 48)
    #expect(MemoryLayout<ModuleHead>.offset(of: \.flags) == 32)
    #expect(MemoryLayout<FaultEntry>.offset(of: \.number) == 36)
  }

  @Test func `section kinds are four letters in reading order`() {
    #expect(letters(SectionKind.meta.rawValue) == "META")
    #expect(letters(SectionKind.stacks.rawValue) == "STAK")
    #expect(letters(SectionKind.end.rawValue) == "END ")
  }

  @Test func `no key and no kind stands twice`() {
    #expect(Set(MetaKey.allCases.map(\.rawValue)).count == MetaKey.allCases.count)
    #expect(Set(SectionKind.allCases.map(\.rawValue)).count == SectionKind.allCases.count)
  }

  private func letters(_ word: UInt32) -> String {
    String(decoding: (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }, as: UTF8.self)
  }
}
