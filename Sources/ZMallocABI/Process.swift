// zmalloc.h's functions about the process: what the kernel says of its memory, and libc's own heap.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// The resident bytes of this process; 0 on error.
@c @implementation
public func zmalloc_get_rss() -> Int {
  ProcessMemory.residentByteCount
}

/// The sum of a field of a process's smaps, in bytes; 0 on error.
@c @implementation
public func zmalloc_get_smap_bytes_by_field(_ field: UnsafePointer<CChar>?, _ pid: Int) -> Int {
  guard let field = unsafe field else { return 0 }
  return unsafe ProcessMemory.mappedByteCount(field, process: pid)
}

/// The private dirty bytes of a process; 0 on error.
@c @implementation
public func zmalloc_get_private_dirty(_ pid: Int) -> Int {
  ProcessMemory.privateDirtyByteCount(process: pid)
}

/// The machine's memory in bytes; 0 on error.
@c @implementation
public func zmalloc_get_memory_size() -> Int {
  ProcessMemory.physicalByteCount
}

/// Stores a field of /proc/self/stat; 1 when there is one, else 0.
@c @implementation
public func get_proc_stat_ll(_ i: Int32, _ res: UnsafeMutablePointer<Int64>?) -> Int32 {
  guard let res = unsafe res, let value = ProcessMemory.statusField(Int(i)) else { return 0 }
  unsafe res.pointee = value
  return 1
}

/// Frees what libc allocated.
@c @implementation
public func zlibc_free(_ ptr: UnsafeMutableRawPointer?) {
  unsafe LibcHeap.free(ptr)
}

/// Gives the free pages of libc's heap back.
@c @implementation
public func zlibc_trim() {
  LibcHeap.trim()
}
