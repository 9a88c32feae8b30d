// The check of a block whatever it is: in use or freed, guarded or not.
#if DEBUG_LAYER
  import CZMalloc

  /// The check of one block, by its record.
  @safe
  enum WholeBlock {
    /// The damage to the canaries of a live block, which no other thread may free meanwhile.
    static func damage(_ cell: Cell) -> CanaryDamage? {
      GuardedBlocks.isGuarded(cell) ? GuardedBlocks.damage(cell) : LiveBlocks.damage(cell)
    }

    /// The bytes of a freed block that changed; a guarded one cannot change.
    static func damage(freed cell: Cell, _ side: SideCell) -> CanaryDamage? {
      side.flags & SideCell.guarded != 0 ? nil : FreedBlock(cell, side.flags).damage
    }

    /// Writes the canaries of a live block anew: what was wrong with them is reported once.
    static func renewCanaries(_ cell: Cell) {
      if GuardedBlocks.isGuarded(cell) {
        GuardedBlocks.renewCanaries(cell)
      } else {
        cell.renewCanaries()
      }
    }
  }
#endif
