import HashLists

/// A match with a hash list with all that leads back from it: to the exhibit, and to the entry and its source.
public struct ReportedMatch: Hashable, Sendable {
    /// A version of a list.
    public struct Version: Hashable, Sendable {
        /// The number.
        public var number: Int
        /// The SHA-256 of its record.
        public var digest: String
    }

    /// Its number in the case.
    public var identifier: Int64
    /// What was matched, and how.
    public var match: ListMatch
    /// The item, as it was when it was matched.
    public var item: CatalogItem
    /// What the list is called.
    public var list: String
    /// Who answers for it.
    public var owner: String
    /// Tells it from every other.
    public var listIdentifier: String
    /// The version with which the match was found first.
    public var found: Version
    /// The newest version with which it was looked for and found; the same, if versions since then did not touch it.
    public var seen: Version
    /// When it was found, ISO 8601, UTC.
    public var date: String
    /// By what two things counted as a match.
    public var settings: MatchSettings?
    /// What the list says of the entry.
    public var entry: ListEntry
    /// What its categories mean.
    public var meaning: CategoryMeaning
    /// Where the entry came from: the source's name and digest, and the line or record in it.
    public var source: (name: String, sha256: String?, line: Int?) {
        (sourceName, sourceDigest, sourceLine)
    }
    var sourceName: String
    var sourceDigest: String?
    var sourceLine: Int?
    /// Why it holds no more, and with which version that was found; `nil` if it holds.
    public var goneReason: String?
    /// The version with which it was found that it holds no more.
    public var goneVersion: Int?
    /// The number of the list in the catalog.
    var listNumber: Int64
    /// The number of the run that found it first, and of the one that found it gone.
    var foundRun: Int64
    var goneRun: Int64?
    /// Of a member of a container, the file on disk that it is in.
    public internal(set) var exhibit: CatalogItem?
}
