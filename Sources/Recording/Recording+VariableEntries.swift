// The sections whose entries vary in length: meta, modules, descriptors, stacks.
import RecordingFormat

extension Recording {
  mutating func readMeta(_ head: SectionHead, _ payload: ByteReader) throws(RecordingError) {
    var payload = payload
    try head.checkCount(payload, ofAtLeast: 8)
    for _ in 0..<head.entryCount {
      let start = payload
      let rawKey = try payload.read(UInt32.self)
      let byteCount = try payload.read(UInt32.self)
      if let key = MetaKey(rawValue: rawKey) {
        if rawKey < 100 {
          meta.set(key, to: try payload.readBytes(byteCount))
        } else {
          guard byteCount == 8 else { throw start.failure(.badByteCount(UInt64(byteCount))) }
          meta.set(key, to: try payload.read(UInt64.self))
        }
      } else {
        guard Int(byteCount) <= payload.remaining else {
          throw start.failure(.badByteCount(UInt64(byteCount)))
        }
        try payload.skip(Int(byteCount))
      }
      try payload.align()
    }
  }

  mutating func readModules(_ head: SectionHead, _ payload: ByteReader) throws(RecordingError) {
    var payload = payload
    try head.checkCount(payload, ofAtLeast: MemoryLayout<ModuleHead>.size)
    modules.reserveCapacity(Int(head.entryCount))
    for _ in 0..<head.entryCount {
      let start = payload
      let entry = try payload.read(ModuleHead.self)
      guard entry.start <= entry.end else { throw start.failure(.badValue(entry.end)) }
      let path = try payload.readBytes(entry.pathByteCount)
      try payload.align()
      let buildID = try payload.readBytes(entry.buildIDByteCount)
      try payload.align()
      modules.append(
        Module(
          start: entry.start, end: entry.end, bias: entry.bias, path: path, buildID: buildID,
          flags: entry.flags))
    }
  }

  mutating func readDescriptors(
    _ head: SectionHead, _ payload: ByteReader
  ) throws(RecordingError) {
    var payload = payload
    try head.checkCount(payload, ofAtLeast: 8)
    for _ in 0..<head.entryCount {
      let number = try payload.read(UInt32.self)
      let byteCount = try payload.read(UInt32.self)
      descriptors.append(Descriptor(number: number, path: try payload.readBytes(byteCount)))
      try payload.align()
    }
  }

  mutating func readStacks(_ head: SectionHead, _ payload: ByteReader) throws(RecordingError) {
    var payload = payload
    let start = payload
    try head.checkCount(payload, ofAtLeast: MemoryLayout<StackHead>.size)
    stacks.entries.reserveCapacity(Int(head.entryCount))
    let headByteCount = MemoryLayout<StackHead>.size * Int(head.entryCount)
    stacks.frames.reserveCapacity((head.payloadByteCount - headByteCount) / 8)
    for _ in 0..<head.entryCount {
      let start = payload
      let entry = try payload.read(StackHead.self)
      guard entry.id != 0 else { throw start.failure(.badStackID) }
      guard Int(entry.frameCount) <= RecordingFormat.frameLimit,
        Int(entry.frameCount) * 8 <= payload.remaining
      else {
        throw start.failure(.badEntryCount(UInt64(entry.frameCount)))
      }
      stacks.entries.append(
        StackTable.Entry(
          id: entry.id, frameCount: entry.frameCount, flags: entry.flags,
          firstFrame: stacks.frames.count))
      for _ in 0..<entry.frameCount { stacks.frames.append(try payload.read(UInt64.self)) }
    }
    guard stacks.sortEntries() else { throw start.failure(.badStackID) }
  }
}
