// How much a run has put into its folder: what never ends would fill the disk.
import Glibc
import LeakCheckKit

extension FolderCopy {
  /// Whether a run has made so many files, or used so much of the disk, that it seems endless.
  var isOverfull: Bool {
    var byteCount: Int64 = 0
    var fileCount = 0
    var folders = [path]
    while let folder = folders.popLast() {
      for name in folderNames(folder) {
        var status = stat()
        guard unsafe lstat(folder + "/" + name, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR { folders.append(folder + "/" + name) }
        fileCount += 1
        byteCount += Int64(status.st_blocks) * 512
      }
      if fileCount > runFileLimit || byteCount > runByteLimit { return true }
    }
    return false
  }
}
