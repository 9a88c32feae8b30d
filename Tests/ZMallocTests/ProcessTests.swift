// What the kernel says of this process, through the Swift functions. The programs of
// Tests/Scenarios check each corner from C, in processes of their own.

import Glibc
import Testing
import ZMalloc

@Suite(.serialized) struct ProcessTests {
  // The other tests of this process allocate as they like.
  @Test func `the resident size is what the mappings have`() async {
    await #expect(processExitsWith: .success) {
      let resident = zmalloc_get_rss()
      let mapped = unsafe zmalloc_get_smap_bytes_by_field("Rss:", -1)
      #expect(abs(resident - mapped) < 4 << 20)
      #expect(resident > 1 << 20 && resident < zmalloc_get_memory_size())
      #expect(unsafe zmalloc_get_smap_bytes_by_field("Rss:", Int(getpid())) > 1 << 20)
    }
  }

  @Test func `what was written is private and dirty`() {
    let dirty = zmalloc_get_private_dirty(-1)
    #expect(dirty > 0)
    let mapped = unsafe zmalloc_get_smap_bytes_by_field("Size:", -1)
    #expect(dirty <= mapped)
  }

  @Test(arguments: [0, -2, Int.min, Int.max])
  func `a process that is not there has nothing`(process: Int) {
    #expect(zmalloc_get_private_dirty(process) == 0)
    #expect(unsafe zmalloc_get_smap_bytes_by_field("Rss:", process) == 0)
  }

  @Test(arguments: ["Private_Dirty", "Nothing:", ""])
  func `what is no field sums to nothing`(field: String) {
    #expect(unsafe zmalloc_get_smap_bytes_by_field(field, -1) == 0)
  }

  @Test func `a field of the status is stored, or nothing is`() {
    var value: Int64 = 77
    #expect(unsafe get_proc_stat_ll(4, &value) == 1)
    #expect(value == Int64(getppid()))
    value = 77
    for number: Int32 in [.min, -1, 0, 1, 2, 3, 400, .max] {
      #expect(unsafe get_proc_stat_ll(number, &value) == 0)
      #expect(value == 77)
    }
    #expect(get_proc_stat_ll(4, nil) == 0)
  }

  @Test func `what libc allocated goes back to libc`() async {
    await #expect(processExitsWith: .success) {
      let size = 200 << 20
      let before = zmalloc_get_rss()
      let block = unsafe malloc(size)
      #expect(unsafe block != nil)
      guard let block = unsafe block else { return }
      unsafe memset(block, 1, size)
      #expect(zmalloc_get_rss() > before + size / 2)
      unsafe zlibc_free(block)
      zlibc_trim()
      #expect(zmalloc_get_rss() < before + size / 2)
      zlibc_free(nil)
    }
  }
}
