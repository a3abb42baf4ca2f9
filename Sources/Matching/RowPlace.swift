/// A row of a part of a set.
public struct RowPlace: Hashable, Comparable, Sendable {
    /// The place of the part in the set.
    public let part: UInt32
    /// The row in that part.
    public let row: UInt32

    /// A place.
    public init(part: UInt32, row: UInt32) {
        self.part = part
        self.row = row
    }

    /// By part, then by row.
    public static func < (left: RowPlace, right: RowPlace) -> Bool {
        (left.part, left.row) < (right.part, right.row)
    }
}
