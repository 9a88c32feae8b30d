// The key of a stack that is the same in the next process and under address randomization: the
// module's file name and the offset in it of each frame. Our own frames are not in the stack.
#if DEBUG_LAYER
  import CZMalloc

  /// Keys of sites.
  @safe
  enum SiteKey {
    /// The key of a stack of the depot; 0 for the stack 0.
    static func of(stack: UInt32) -> UInt64 {
      guard stack != 0 else { return 0 }
      let at = StackDepot.address(of: stack)
      let count = StackDepot.frameCount(at)
      var key = UInt64(count)
      var names = Names()
      for index in 0..<count {
        key = mixed(key, StackDepot.frame(at, index), &names)
      }
      // 0 means none.
      return key == 0 ? 1 : key
    }

    /// The key of the innermost frame alone; 0 for the stack 0.
    static func ofPlace(stack: UInt32) -> UInt64 {
      guard stack != 0 else { return 0 }
      let at = StackDepot.address(of: stack)
      guard StackDepot.frameCount(at) > 0 else { return 0 }
      var names = Names()
      let key = mixed(0, StackDepot.frame(at, 0), &names)
      return key == 0 ? 1 : key
    }

    /// The name that was hashed last: most neighbours in a stack are of one module.
    private struct Names {
      var last: UInt = 0
      var key: UInt64 = 1

      mutating func key(of path: UInt) -> UInt64 {
        if path != last { (last, key) = (path, nameKey(path)) }
        return key
      }
    }

    private static func mixed(_ key: UInt64, _ frame: UInt, _ names: inout Names) -> UInt64 {
      var module = unsafe zmalloc_found_module()
      // Code that no file holds (a compiler at run time made it) has no place that lasts.
      guard unsafe zmalloc_find_module(frame, &module) else { return folded(key, 0x6A69_7400) }
      let name = unsafe UInt(bitPattern: module.name)
      let place = folded(UInt64(frame &- (unsafe module.bias)), names.key(of: name))
      return folded(key, place)
    }

    /// The key of a module's file name; the folder it lies in does not matter.
    private static func nameKey(_ path: UInt) -> UInt64 {
      // As ``Names`` begins.
      guard path != 0 else { return 1 }
      var key: UInt64 = 0xCBF2_9CE4_8422_2325
      var at = path
      while true {
        let byte = Memory.load8(at)
        guard byte != 0 else { return key }
        // FNV-1a (Fowler, Noll, Vo), begun anew at each slash.
        key = byte == 0x2F ? 0xCBF2_9CE4_8422_2325 : (key ^ UInt64(byte)) &* 0x100_0000_01B3
        at += 1
      }
    }

    private static func folded(_ key: UInt64, _ word: UInt64) -> UInt64 {
      let product = (key ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return (product.high ^ product.low) &+ key &* 0xC2B2_AE3D_27D4_EB4F
    }
  }
#endif
