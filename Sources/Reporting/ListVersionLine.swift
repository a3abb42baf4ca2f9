import HashLists

/// A published version of a list as one object of JSON.
public struct ListVersionLine: Encodable {
    private struct Batch: Encodable {
        let number: Int
        let first: UInt64
        let entries: Int
        let source: ListBatch.Source
    }

    private let list, name, owner, kind, date, digest, content: String
    private let comment, parent, signer: String?
    private let number, entries, added, withdrawn, changed: Int
    private let findings: [String: Int]?
    private let meanings: [String]
    private let batches: [Batch]

    /// The object for a version.
    public init(_ version: PublishedVersion) {
        let record = version.record
        list = record.list
        name = record.name
        owner = record.owner
        kind = record.kind
        number = record.number
        date = record.date
        comment = record.comment
        digest = version.digest
        content = record.content
        parent = record.parent
        signer = record.signer
        entries = record.entries
        added = record.added
        withdrawn = record.withdrawn
        changed = record.changed
        findings = record.findings
        meanings = record.meanings.map(\.text)
        batches = record.batches.map {
            Batch(number: $0.number, first: $0.first, entries: $0.entries, source: $0.source)
        }
    }
}

/// What checks of a list found, for a person.
public enum ListFindingsText {
    /// `no open finding`, or `3 low-quality, 1 conflict`; of no check, that none was made.
    public static func text(_ findings: [String: Int]?) -> String {
        guard let findings else { return "not checked since its last change" }
        let open = findings.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        return open.isEmpty
            ? "checked, no open finding"
            : "checked, open: " + open.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
