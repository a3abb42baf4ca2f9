/// The ways to change at most T bits of a chunk, in the order in which a join goes through them.
enum JoinMasks {
    /// For each T: all masks, by the bits that they change in the upper byte. One element holds the
    /// masks that lead from one block of 256 lists to one other block.
    static let blocks: [[[UInt16]]] = (0...FlipMasks.most).map { most in
        let masks = FlipMasks.all.prefix(FlipMasks.firsts[most + 1])
        var blocks: [[UInt16]] = []
        var places: [UInt16: Int] = [:]
        for mask in masks {
            if let place = places[mask >> 8] {
                blocks[place].append(mask)
            } else {
                places[mask >> 8] = blocks.count
                blocks.append([mask])
            }
        }
        return blocks
    }

    /// For each T: all masks as one block.
    static let whole: [[[UInt16]]] = (0...FlipMasks.most).map { most in
        [Array(FlipMasks.all.prefix(FlipMasks.firsts[most + 1]))]
    }
}
