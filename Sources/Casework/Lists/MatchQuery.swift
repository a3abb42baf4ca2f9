import HashLists

/// Which matches of a case with hash lists are wanted, and in which order.
public struct MatchQuery: Sendable {
    /// What the matches are ordered by.
    public enum Order: String, CaseIterable, Sendable {
        /// The items, in the order in which they were met.
        case item
        /// The distance, nearest first, then the item.
        case distance
        /// The list and the entry.
        case entry
        /// When they were found, newest first.
        case found
    }

    /// Whether matches are wanted that hold, or that held once.
    public enum Standing: String, CaseIterable, Sendable {
        /// They hold.
        case current
        /// They held once, and do no more.
        case gone
        /// Both.
        case all
    }

    /// The name or identifier of a list; `nil` for all.
    public var list: String?
    /// The identifiers of lists; `nil` for all.
    public var lists: Set<String>?
    /// By what they were recognised; `nil` for all.
    public var kinds: Set<ListMatch.Kind>?
    /// What the entries' categories mean; `nil` for all.
    public var meanings: Set<CategoryMeaning>?
    /// Words of which one has to be a category's, as it is shown (`VICS/US 1`) or its code alone.
    public var categories: Set<String> = []
    /// The number of an item; `nil` for all.
    public var item: UInt64?
    /// The number of an entry; `nil` for all.
    public var entry: UInt64?
    /// The largest distance; matches by digest have none, and always count.
    public var maximumDistance: Int?
    /// Whether only those are wanted that the last run against their list found first.
    public var isNew = false
    /// Whether they have to hold.
    public var standing = Standing.current
    /// Whether matches are left out that are gone, but were found again later.
    public var leavesOutFoundAgain = false
    /// The order.
    public var order = Order.item
    /// No more than so many; `nil` for all.
    public var limit: Int?

    /// All that hold.
    public init() {}
}
