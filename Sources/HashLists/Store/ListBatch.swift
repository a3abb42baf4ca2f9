import Indexing

/// What was added to a list in one step: an import of one file, or one folder of media.
public struct ListBatch: Codable, Hashable, Sendable {
    /// Where the entries came from.
    public struct Source: Codable, Hashable, Sendable {
        /// The file or folder, as it was named.
        public var name: String
        /// The format, or `media`.
        public var format: String
        /// The SHA-256 of the file; `nil` for a folder or standard input.
        public var sha256: String?
        /// The size of the file.
        public var bytes: Int?
        /// Who delivers it, if that is not told by its name: files of one feed may have changing names.
        public var feed: String?

        /// A source from its parts.
        public init(
            name: String,
            format: String,
            sha256: String? = nil,
            bytes: Int? = nil,
            feed: String? = nil
        ) {
            self.name = name
            self.format = format
            self.sha256 = sha256
            self.bytes = bytes
            self.feed = feed
        }

        /// Whether two files or folders are deliveries of one source: of one feed, or else of one name, and of one format.
        func isSame(as other: Source) -> Bool {
            (feed ?? name) == (other.feed ?? other.name) && format == other.format
        }
    }

    /// The number of the batch in the list, from 1.
    public var number: Int
    /// The number of its first entry.
    public var first: UInt64
    /// How many entries it has, those that turned out to be there already among them.
    public var entries: Int
    /// Where they came from.
    public var source: Source
    /// The entries.
    var files: EntryLogWriter.Files
    /// Their fingerprints; `nil` if there is none.
    public var segment: SegmentDescription?
    /// Their digests; `nil` if there is none.
    public var digests: FileRecord?
    /// How many of the fingerprints are moments of films.
    public var moments: Int

    /// The numbers of its entries.
    public var numbers: Range<UInt64> { first..<(first + UInt64(entries)) }
}

/// Why an entry is not part of the list any more. The raw values are stored on disk: never reuse one.
public enum WithdrawalReason: UInt32, Hashable, Sendable, CaseIterable, Codable {
    /// It says what an earlier entry says.
    case duplicate = 1
    /// A later entry with the same identity says something else.
    case replaced = 2
    /// A curator took it out.
    case curator = 3
    /// Its source took it back.
    case source = 4
    /// It was not in a delivery that is said to be the whole of its source's list.
    case absent = 5

    /// The word in output.
    public var name: String { String(describing: self) }
}

/// An entry that is not part of the list any more.
public struct Withdrawal: Hashable, Sendable {
    /// The entry's number.
    public var entry: UInt64
    /// Why.
    public var reason: WithdrawalReason
    /// The entry that stands in its place.
    public var replacement: UInt64?

    /// A withdrawal from its parts.
    public init(entry: UInt64, reason: WithdrawalReason, replacement: UInt64? = nil) {
        self.entry = entry
        self.reason = reason
        self.replacement = replacement
    }
}
