import Evidence
import HashLists

/// An entry of a list with where it came from and what became of it, as an object of JSON or for a person.
public struct ListEntryLine {
    private struct Withdrawn: Encodable {
        let reason: String
        let replacement: UInt64?
        let version: Int?
        let note: String?
    }

    private struct Source: Encodable {
        let name, format: String
        let sha256: String?
        let bytes: Int?
        let batch: Int
        let line: Int?
    }

    private let json: String
    private let entry: ListEntry
    private let meaning: CategoryMeaning
    private let history: EntryHistory

    /// The line of an entry.
    ///
    /// - Parameter json: the entry as the list has it.
    public init(json: String, entry: ListEntry, meaning: CategoryMeaning, history: EntryHistory) {
        self.json = json
        self.entry = entry
        self.meaning = meaning
        self.history = history
    }

    /// The object, with a line feed.
    public func jsonLine() throws -> String {
        var line = JSONMembers()
        line.add("entry", json: json)
        try line.add("number", history.entry)
        try line.add("meaning", meaning.rawValue)
        try line.add(
            "source",
            Source(
                name: history.source.name,
                format: history.source.format,
                sha256: history.source.sha256,
                bytes: history.source.bytes,
                batch: history.batch,
                line: history.line
            )
        )
        try line.add("version", history.version)
        try line.add(
            "withdrawn",
            history.withdrawal.map {
                Withdrawn(
                    reason: $0.reason.name,
                    replacement: $0.replacement,
                    version: history.withdrawnIn,
                    note: history.note
                )
            }
        )
        return line.object + "\n"
    }

    /// A few lines.
    public var text: String {
        let source = history.source
        var lines = [("entry", "\(history.entry)")]
        let categories = entry.categories.map(\.text).joined(separator: ", ")
        lines.append(
            (
                "category",
                categories.isEmpty ? "none" : "\(shown(categories)), means \(meaning.rawValue)"
            )
        )
        if let name = entry.name { lines.append(("name", shown(name))) }
        if let series = entry.series { lines.append(("series", shown(series))) }
        lines.append(("says", shown(json)))
        var place = "\(shown(source.name)) (\(source.format))"
        if let line = history.line {
            let isMedia = ["media", "case"].contains(source.format)
            place += isMedia ? ", item \(line) in the order of paths" : ", line \(line)"
        }
        lines.append(("came from", place))
        if let sha256 = source.sha256 { lines.append(("", "SHA-256 \(sha256)")) }
        lines.append(
            ("came with", history.version.map { "version \($0)" } ?? "no version yet")
        )
        if let withdrawal = history.withdrawal {
            var words = ListEntryLine.words(of: withdrawal)
            words += history.withdrawnIn.map { ", in version \($0)" } ?? ", not published yet"
            if let note = history.note { words += ": " + shown(note) }
            lines.append(("withdrawn", words))
        }
        return lines.map { name, value in
            name + String(repeating: " ", count: max(1, 12 - name.count)) + value + "\n"
        }.joined()
    }

    /// Why an entry is not part of the list any more.
    static func words(of withdrawal: Withdrawal) -> String {
        let other = withdrawal.replacement.map { "entry \($0)" } ?? "another entry"
        return switch withdrawal.reason {
        case .duplicate: "it says what \(other) says"
        case .replaced: "\(other) stands in its place"
        case .curator: "by a curator"
        case .source: "its source took it back"
        case .absent: "it was not in a later delivery of its source's whole list"
        }
    }

    private func shown(_ text: String) -> String { EvidencePath(text).display() }
}
