// Work that wants a private folder, and ends with a status or with a sentence.
import LeakCheckKit

/// Runs `work` with a fresh private folder, which is removed afterwards.
///
/// - Returns: What `work` returns; 70 when it could not be done, 130 when a person ended it, with
/// the sentence on standard error.
func inScratchFolder(_ work: (String) throws(Refusal) -> Int32) -> Int32 {
  do throws(Refusal) {
    let scratch: PrivateFolder
    do { scratch = try PrivateFolder() } catch { throw Refusal("\(error)") }
    defer { FolderCopy.removeTree(scratch.path) }
    return try work(scratch.path)
  } catch {
    try? OutputFile.standardError.write("zleakcheck: \(printable("\(error)"))\n")
    return Interruption.wasWanted ? Campaign.interrupted : ExitStatus.failed
  }
}
