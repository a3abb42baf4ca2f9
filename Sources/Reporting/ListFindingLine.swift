import Evidence
import HashLists

/// A finding of a check of a list, as one object of JSON or a row of a table.
public struct ListFindingLine: Encodable {
    private struct Entry: Encodable {
        let number: UInt64
        let source: String
        let line: Int?
        let name: String?
        let categories: [String]
    }

    private let number: Int
    private let kind: String
    private let distance: Int?
    private let count: Int
    private let detail: String
    private let key: String
    private let entries: [Entry]
    private let decision, note, decided: String?

    /// The line of a finding.
    public init(_ recorded: RecordedFinding, in contents: ListContents) throws(ListFault) {
        let finding = recorded.finding
        number = recorded.number
        kind = finding.kind.rawValue
        distance = finding.distance
        count = finding.count
        detail = finding.detail
        key = finding.key
        decision = recorded.decision?.rawValue
        note = recorded.note
        decided = recorded.decided
        var entries: [Entry] = []
        for number in finding.entries {
            let entry = try contents.entry(number)
            let provenance = contents.provenance(of: number)
            entries.append(
                Entry(
                    number: number,
                    source: provenance?.source.name ?? "",
                    line: provenance?.line,
                    name: entry?.name ?? entry?.identifier,
                    categories: entry?.categories.map(\.text) ?? []
                )
            )
        }
        self.entries = entries
    }

    /// The heads of the columns of ``row``.
    public static let header = ["finding", "kind", "bits", "decision", "entries", "what"]

    /// A row of a table.
    public var row: [String] {
        let places = entries.map { entry in
            "\(entry.number) (\(EvidencePath(entry.source).display())"
                + (entry.line.map { ":\($0)" } ?? "") + ")"
        }
        return [
            "\(number)", kind, distance.map(String.init) ?? "-", decision ?? "open",
            places.joined(separator: ", "), EvidencePath(detail).display(),
        ]
    }
}
