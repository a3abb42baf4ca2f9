/// A stored code near a query.
struct Pair: Comparable {
    /// Bits in which they differ.
    var distance: Int
    /// The code's place in its file, which is its item in the segment.
    var item: UInt64

    static func < (left: Pair, right: Pair) -> Bool {
        (left.distance, left.item) < (right.distance, right.item)
    }
}
