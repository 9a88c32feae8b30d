// The frozen first lines, with addresses made equal.

/// The first line of `text`, each address in it written `0x…`.
func firstLine(of text: String) -> String {
  let line = text.prefix { $0 != "\n" }
  return String(line).replacing(#/0x[0-9a-f]+/#, with: "0x…")
}

/// `1 byte`, `2 bytes`.
func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

/// `1 block`, `2 blocks`.
func blocks(_ count: Int) -> String { count == 1 ? "1 block" : "\(count) blocks" }
