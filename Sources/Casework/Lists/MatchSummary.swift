import HashLists

/// What a match of a case against a version of a list found.
public struct MatchSummary: Codable, Hashable, Sendable {
    /// How many items and matches there are of one meaning.
    public struct Count: Codable, Hashable, Sendable {
        /// Different items.
        public var items: Int
        /// Matches.
        public var matches: Int
    }

    /// What the list is called.
    public var list: String
    /// Who answers for it.
    public var owner: String
    /// The version.
    public var version: Int
    /// The SHA-256 of the version's record.
    public var digest: String
    /// The version since which entries were matched; `nil` if all were.
    public var since: Int?
    /// Entries that were matched.
    public var entries: Int
    /// By what.
    public var settings: MatchSettings
    /// Matches that this run found first.
    public var new: Int
    /// Matches that hold no more: of entries that were withdrawn, or that were not found again.
    public var gone: Int
    /// All that hold now, by what the entries' categories mean.
    public var meanings: [String: Count]
    /// All that hold now, by kind.
    public var kinds: [String: Int]
    /// Items that match entries of both meanings: somebody has to look.
    public var contested: Int
    /// Matches by a weak digest although a stronger one differs.
    public var contradicted: Int

    /// The count of one meaning.
    public func count(_ meaning: CategoryMeaning) -> Count {
        meanings[meaning.rawValue] ?? Count(items: 0, matches: 0)
    }
}
