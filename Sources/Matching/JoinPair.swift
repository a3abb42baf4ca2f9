/// Two fingerprints within the radius of a join.
public struct JoinPair: Hashable, Sendable, BitwiseCopyable {
    /// The place of the left one's part in ``SetJoin/left``.
    public let leftPart: UInt32
    /// Its row in that part.
    public let leftRow: UInt32
    /// The place of the right one's part in ``SetJoin/right``.
    public let rightPart: UInt32
    /// Its row in that part.
    public let rightRow: UInt32
    /// Bits in which they differ.
    public let distance: UInt32

    /// A pair.
    public init(
        leftPart: UInt32,
        leftRow: UInt32,
        rightPart: UInt32,
        rightRow: UInt32,
        distance: UInt32
    ) {
        self.leftPart = leftPart
        self.leftRow = leftRow
        self.rightPart = rightPart
        self.rightRow = rightRow
        self.distance = distance
    }
}

extension JoinPair: Comparable {
    /// By the left place, then by the right one.
    public static func < (first: JoinPair, second: JoinPair) -> Bool {
        (first.leftPart, first.leftRow, first.rightPart, first.rightRow, first.distance)
            < (second.leftPart, second.leftRow, second.rightPart, second.rightRow, second.distance)
    }
}
