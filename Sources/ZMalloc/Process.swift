// What the kernel says of a process's memory, and libc's own heap, for Swift.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

import ZMallocCore

/// The resident bytes of this process; 0 when /proc does not say.
public func zmalloc_get_rss() -> Int {
  ProcessMemory.residentByteCount
}

/// The sum of a field over all mappings of a process, from /proc/PID/smaps.
///
/// - Parameters:
///   - field: Its name with the colon, such as `"Rss:"`.
///   - pid: The process's id; -1 is this process.
/// - Returns: Bytes; 0 when there is no such field, and when the file cannot be read.
/// - Complexity: The kernel walks all pages of the process: a second for many gigabytes.
public func zmalloc_get_smap_bytes_by_field(_ field: UnsafePointer<CChar>, _ pid: Int) -> Int {
  unsafe ProcessMemory.mappedByteCount(field, process: pid)
}

/// The bytes that only a process has, and has written: `Private_Dirty:`.
///
/// - Parameter pid: The process's id; -1 is this process.
/// - Returns: Bytes; 0 when the process's file cannot be read.
public func zmalloc_get_private_dirty(_ pid: Int) -> Int {
  ProcessMemory.privateDirtyByteCount(process: pid)
}

/// The machine's memory in bytes; 0 when the system does not say.
public func zmalloc_get_memory_size() -> Int {
  ProcessMemory.physicalByteCount
}

/// A number of /proc/self/stat.
///
/// - Parameters:
///   - i: The field, counted from 1 as in proc(5).
///   - res: Where to store it; left alone when there is none.
/// - Returns: 1; or 0 for the first two fields, for one that is absent or no number, and when the
///   file cannot be read.
public func get_proc_stat_ll(_ i: Int32, _ res: UnsafeMutablePointer<Int64>?) -> Int32 {
  guard let res = unsafe res, let value = ProcessMemory.statusField(Int(i)) else { return 0 }
  unsafe res.pointee = value
  return 1
}

/// Frees what libc itself allocated, such as the result of `realpath`; nil is a no-op.
public func zlibc_free(_ pointer: UnsafeMutableRawPointer?) {
  unsafe LibcHeap.free(pointer)
}

/// Gives the free pages of libc's heap back to the system.
public func zlibc_trim() {
  LibcHeap.trim()
}
