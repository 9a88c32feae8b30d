// A piece of the options: bytes between two addresses, compared and read without allocating.
#if DEBUG_LAYER
  /// Bytes of the options.
  struct Word {
    var start: UInt
    var end: UInt

    var isEmpty: Bool { start == end }
    var byteCount: UInt { end - start }

    func byte(_ index: UInt) -> UInt8 { Memory.load8(start + index) }

    static func bytes(_ text: StaticString) -> Word {
      let start = unsafe UInt(bitPattern: text.utf8Start)
      return Word(start: start, end: start + UInt(text.utf8CodeUnitCount))
    }

    func equals(_ text: StaticString) -> Bool {
      let other = Word.bytes(text)
      guard byteCount == other.byteCount else { return false }
      for index in 0..<byteCount where byte(index) != other.byte(index) { return false }
      return true
    }

    /// Cuts at the first `separator`: what is before it, and what is after it if there is one.
    func cut(at separator: UInt8) -> (Word, Word?) {
      for at in start..<end where Memory.load8(at) == separator {
        return (Word(start: start, end: at), Word(start: at + 1, end: end))
      }
      return (self, nil)
    }

    /// The next word of a list at commas; quotes hide commas and are taken off.
    ///
    /// Advances past it.
    mutating func takeFirst() -> Word {
      var at = start
      var quote: UInt8 = 0
      while at < end {
        let byte = Memory.load8(at)
        if quote != 0 {
          if byte == quote { quote = 0 }
        } else if byte == 0x27 || byte == 0x22 {
          quote = byte
        } else if byte == 0x2C {
          break
        }
        at += 1
      }
      let first = Word(start: start, end: at)
      start = min(at + 1, end)
      return first.trimmed
    }

    /// Without the spaces around it.
    private var trimmed: Word {
      var word = self
      while word.start < word.end && Memory.load8(word.start) == 32 { word.start += 1 }
      while word.start < word.end && Memory.load8(word.end - 1) == 32 { word.end -= 1 }
      return word
    }

    /// Without one pair of quotes around it.
    var unquoted: Word {
      guard byteCount >= 2, byte(0) == 0x27 || byte(0) == 0x22, byte(byteCount - 1) == byte(0)
      else { return self }
      return Word(start: start + 1, end: end - 1)
    }

    /// A decimal number; nil when it is none or too large.
    var number: UInt64? {
      guard !isEmpty else { return nil }
      var value: UInt64 = 0
      for at in start..<end {
        let digit = Memory.load8(at) &- 48
        guard digit < 10 else { return nil }
        let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit))
        guard !overflow, !carry else { return nil }
        value = sum
      }
      return value
    }

    /// A number of bytes: `4096`, `64KiB`, `8MiB`, `1GiB`; also `K`, `M`, `G`.
    var byteSize: UInt64? {
      var digits = self
      while !digits.isEmpty && Memory.load8(digits.end - 1) &- 48 > 9 { digits.end -= 1 }
      guard let count = digits.number else { return nil }
      let unit = Word(start: digits.end, end: end)
      let shift: UInt64
      if unit.isEmpty || unit.equals("B") {
        shift = 0
      } else if unit.equals("KiB") || unit.equals("K") {
        shift = 10
      } else if unit.equals("MiB") || unit.equals("M") {
        shift = 20
      } else if unit.equals("GiB") || unit.equals("G") {
        shift = 30
      } else {
        return nil
      }
      return count > UInt64.max >> (shift + 16) ? nil : count << shift
    }

    /// The value of the hexadecimal digit at `index`; nil when it is none.
    func digit(_ index: UInt) -> UInt8? {
      switch byte(index) {
      case let byte where byte &- 48 < 10: byte &- 48
      case let byte where (byte | 32) &- 97 < 6: (byte | 32) &- 87
      default: nil
      }
    }

    /// 1 to 16 hexadecimal digits; nil when it is none.
    var hexadecimal: UInt64? {
      guard !isEmpty, byteCount <= 16 else { return nil }
      var value: UInt64 = 0
      for index in 0..<byteCount {
        guard let digit = digit(index) else { return nil }
        value = value << 4 | UInt64(digit)
      }
      return value
    }

    /// A share from 0 to 1, as `0.01` or `1%`, in units of 1 / 2^64; nil when it is none.
    var share: UInt64? {
      var digits = self
      let isPercent = !isEmpty && byte(byteCount - 1) == 0x25
      if isPercent { digits.end -= 1 }
      let (whole, fraction) = digits.cut(at: 0x2E)
      guard let units = whole.number, units <= 100 else { return nil }
      // Millionths: what a person writes, and exact.
      var millionths = units * 1_000_000
      var unit: UInt64 = 100_000
      if let fraction {
        guard !fraction.isEmpty, fraction.byteCount <= 6 else { return nil }
        for index in 0..<fraction.byteCount {
          let digit = fraction.byte(index) &- 48
          guard digit < 10 else { return nil }
          millionths += UInt64(digit) * unit
          unit /= 10
        }
      }
      let limit: UInt64 = isPercent ? 100_000_000 : 1_000_000
      guard millionths <= limit else { return nil }
      return millionths == limit ? .max : millionths * (.max / limit)
    }

    /// Whether a pattern, in which `*` stands for any bytes and `?` for one, matches this whole
    /// word.
    func matches(_ pattern: Word) -> Bool {
      var at: UInt = 0
      var place: UInt = 0
      var retryAt: UInt = 0
      var retryPlace = UInt.max
      while at < byteCount {
        let wanted = place < pattern.byteCount ? pattern.byte(place) : 0
        if wanted == 0x2A {
          place += 1
          retryPlace = place
          retryAt = at
        } else if wanted != 0 && (wanted == 0x3F || wanted == byte(at)) {
          at += 1
          place += 1
        } else {
          // Let the last star take one byte more.
          guard retryPlace != .max else { return false }
          retryAt += 1
          at = retryAt
          place = retryPlace
        }
      }
      while place < pattern.byteCount && pattern.byte(place) == 0x2A { place += 1 }
      return place == pattern.byteCount
    }

    /// How many single-byte edits lead to the other word (Levenshtein), at most 32.
    func distance(to other: Word) -> UInt32 {
      var row = InlineArray<33, UInt32>(repeating: 0)
      let width = min(other.byteCount, 32)
      for column in 0...width { row[Int(column)] = UInt32(column) }
      for line in 0..<min(byteCount, 32) {
        var corner = row[0]
        row[0] = UInt32(line) + 1
        for column in 0..<width {
          let above = row[Int(column) + 1]
          let cost: UInt32 = byte(line) == other.byte(column) ? 0 : 1
          row[Int(column) + 1] = min(corner + cost, min(above, row[Int(column)]) + 1)
          corner = above
        }
      }
      return row[Int(width)]
    }
  }
#endif
