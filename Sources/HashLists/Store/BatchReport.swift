/// What an import, or an addition of media, did: every line of the source is accounted for.
public struct BatchReport: Codable, Hashable, Sendable {
    /// A line of the source, and what is to be said of it.
    public struct Note: Codable, Hashable, Sendable {
        /// Its number, from 1; of a database, the row's.
        public var line: Int
        /// What is to be said.
        public var text: String

        /// A note from its parts.
        public init(line: Int, text: String) {
            self.line = line
            self.text = text
        }
    }

    /// Something that the source says and a list cannot hold.
    public struct Omission: Codable, Hashable, Sendable {
        /// How often.
        public var count: Int
        /// Where first.
        public var firstLine: Int
    }

    /// The batch's number; `nil` if nothing was new.
    public var batch: Int?
    /// Where it came from.
    public var source: ListBatch.Source
    /// Entries that were read.
    public var read = 0
    /// Of these: entries that the list did not have.
    public var added = 0
    /// Of these: entries that say something else than an earlier one with the same identity, and stand in its place.
    public var changed = 0
    /// Of these: entries that say what another one says already, and were left out.
    public var duplicates = 0
    /// Of those that were added: entries that contradict another one of the same source with the same identity. Both are kept.
    public var conflicts = 0
    /// Lines or records that could not be understood, and were left out.
    public var rejected = 0
    /// Entries that were withdrawn because the source says so.
    public var withdrawn = 0
    /// Entries that the source withdraws and the list does not have.
    public var withdrawnUnknown = 0
    /// The first of the lines that were rejected.
    public var rejections: [Note] = []
    /// The first of the duplicates.
    public var repetitions: [Note] = []
    /// The first of the contradictions.
    public var contradictions: [Note] = []
    /// What could not be represented.
    public var omissions: [String: Omission] = [:]

    /// Notes of one kind that are kept; more are counted.
    public static let mostNotes = 100

    /// A report of nothing.
    public init(source: ListBatch.Source) {
        self.source = source
    }

    static func note(_ notes: inout [Note], _ line: Int, _ text: @autoclosure () -> String) {
        if notes.count < mostNotes { notes.append(Note(line: line, text: text())) }
    }
}
