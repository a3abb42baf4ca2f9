import Evidence
import HashLists

/// What a list is and what is in it, as one object of JSON or for a person.
public struct ListTallyLine: Encodable {
    private struct Category: Encodable {
        let scheme: String
        let country: String?
        let code: String
        let meaning: String
        let entries: Int
    }

    private struct Batch: Encodable {
        let number, entries: Int
        let version: Int?
        let source: ListBatch.Source
    }

    private let path, identifier, name, owner, kind, created: String
    private let version: Int?
    private let newestVersion, entries, fingerprinted, fingerprints, md5, sha1, sha256: Int
    private let withdrawn, inSeries, uncategorised: Int
    private let bytes: Int
    private let unpublished: Bool
    private let signer: String?
    private let media: [String: Int]
    private let meanings: [String]
    private let categories: [Category]
    private let batches: [Batch]

    /// The line of a list.
    ///
    /// - Parameters:
    ///   - contents: what was counted.
    ///   - isChanged: whether there is anything that no version has.
    ///   - bytes: the size of the files that hold the entries.
    public init(
        _ list: HashList,
        _ contents: ListContents,
        _ tally: ListTally,
        isChanged: Bool,
        bytes: Int
    ) {
        let description = contents.description
        path = list.folder.path.text
        identifier = description.identifier
        name = description.name
        owner = description.owner
        kind = description.kind
        created = description.created
        version = contents.version?.record.number
        newestVersion = list.versions.count
        signer = contents.version?.record.signer
        unpublished = isChanged
        entries = tally.entries
        fingerprinted = tally.fingerprinted
        fingerprints = tally.fingerprints
        md5 = tally.md5
        sha1 = tally.sha1
        sha256 = tally.sha256
        inSeries = tally.inSeries
        uncategorised = tally.uncategorised
        withdrawn = contents.withdrawals.count
        self.bytes = bytes
        media = Dictionary(
            uniqueKeysWithValues: tally.media.map { ($0.key?.rawValue ?? "unknown", $0.value) }
        )
        meanings = description.meanings.map(\.text)
        categories = tally.categories.sorted { $0.key < $1.key }.map { category, count in
            Category(
                scheme: category.scheme,
                country: category.country,
                code: category.code,
                meaning: description.meaning(of: category).rawValue,
                entries: count
            )
        }
        var versions: [Int: Int] = [:]
        for published in list.versions {
            for batch in published.record.batches {
                versions[batch.number] = published.record.number
            }
        }
        batches = contents.sources.map {
            Batch(
                number: $0.number,
                entries: $0.entries,
                version: versions[$0.number],
                source: $0.source
            )
        }
    }

    /// Batches that are shown to a person; JSON has all.
    private static let shownBatches = 20

    /// A few lines.
    public var text: String {
        var lines = [
            ("list", EvidencePath(path).display()), ("name", shown(name)), ("owner", shown(owner)),
            ("identifier", identifier), ("made", created), ("kind", kind),
        ]
        var state = version.map { "\($0) of \(newestVersion)" } ?? "as it stands now"
        if version == nil {
            state += newestVersion == 0 ? ", no version yet" : ", newest version \(newestVersion)"
            state += unpublished ? ", with changes that are not published" : ""
        }
        lines.append(("version", state))
        if let signer { lines.append(("signed by", signer)) }
        lines.append(
            ("entries", "\(entries), \(withdrawn) withdrawn, \(displayBytes(Int64(bytes)))")
        )
        lines += media.sorted { $0.key < $1.key }.map { (name, count) in
            ("", "\(count) \(name == "unknown" ? "of unknown medium" : name)")
        }
        lines.append(
            (
                "signals",
                "\(fingerprints) fingerprints of \(displayCount(fingerprinted, "entry", plural: "entries")), "
                    + "\(md5) MD5, \(sha1) SHA-1, \(sha256) SHA-256"
            )
        )
        for (place, category) in categories.enumerated() {
            let text = AssertedCategory(
                scheme: category.scheme,
                country: category.country,
                code: category.code
            ).text
            lines.append(
                (
                    place == 0 ? "categories" : "",
                    "\(category.entries) \(shown(text)), means \(category.meaning)"
                )
            )
        }
        if uncategorised > 0 {
            lines.append((categories.isEmpty ? "categories" : "", "\(uncategorised) without"))
        }
        for (place, batch) in batches.prefix(ListTallyLine.shownBatches).enumerated() {
            let from = batch.version.map { "version \($0)" } ?? "not published"
            lines.append(
                (
                    place == 0 ? "sources" : "",
                    "\(shown(batch.source.name)) (\(batch.source.format)), "
                        + "\(displayCount(batch.entries, "entry", plural: "entries")), \(from)"
                )
            )
        }
        if batches.count > ListTallyLine.shownBatches {
            lines.append(
                ("", "… and \(batches.count - ListTallyLine.shownBatches) more: --json has all")
            )
        }
        return lines.map { name, value in
            name + String(repeating: " ", count: max(1, 12 - name.count)) + value + "\n"
        }.joined()
    }

    private func shown(_ text: String) -> String { EvidencePath(text).display() }
}
