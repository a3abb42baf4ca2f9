/// The items that were withdrawn: their occurrences may still stand in segments, and are not told any
/// more. The next merge of those segments leaves them out.
public struct Tombstones: Hashable, Sendable {
    /// No item is withdrawn.
    public static let none = Tombstones(items: [])

    /// The numbers of the items, ascending.
    public let items: [UInt64]

    /// Tombstones of items, in any order.
    public init(items: some Sequence<UInt64>) {
        self.items = items.sorted()
    }

    /// Whether no item is withdrawn.
    public var isEmpty: Bool { items.isEmpty }

    /// Whether an item is withdrawn.
    ///
    /// - Complexity: O(log n).
    public func contains(_ item: UInt64) -> Bool {
        var range = items.startIndex..<items.endIndex
        while let middle = range.isEmpty ? nil : (range.lowerBound + range.upperBound) / 2 {
            if items[middle] == item { return true }
            range =
                items[middle] < item
                ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return false
    }
}
