import Casework
import Evidence
import Fingerprinting
import HashLists
import Matching

/// What the CyberTipline's interface wants to know of one file: a `fileDetails` of its `fileinfo` call, with the elements in the order
/// that its schema demands.
///
/// What is not known is left out: when the file was uploaded, whether it was public. Nothing is sent, which needs credentials.
struct CyberTipFile {
    /// An item's matches are told one by one up to so many; a film may have a hundred thousand.
    static let maximumMatches = 100

    /// The classes of NCMEC's own scheme.
    private static let industryClasses = ["A1", "A2", "B1", "B2"]

    private let item: CatalogItem
    private let options: NotificationOptions
    private var matches: [ReportedMatch] = []
    private var count = 0
    private var prints: [String] = []
    private var classes: Set<String> = []

    init(_ item: CatalogItem, _ options: NotificationOptions) {
        self.item = item
        self.options = options
    }

    /// Takes a match of the item.
    mutating func add(_ match: ReportedMatch) {
        count += 1
        for category in match.entry.categories
        where category.scheme.uppercased() == "NCMEC"
            && CyberTipFile.industryClasses.contains(category.code.uppercased())
        {
            classes.insert(category.code.uppercased())
        }
        if case .picture(let two) = match.match.evidence, two.itemTime == nil,
            !prints.contains(two.item.hex), prints.count < CyberTipFile.maximumMatches
        {
            prints.append(two.item.hex)
        }
        // The nearest are kept, digests first, in the order in which they came.
        let place = matches.firstIndex { CyberTipFile.rank($0) > CyberTipFile.rank(match) }
        if let place {
            matches.insert(match, at: place)
            if matches.count > CyberTipFile.maximumMatches { matches.removeLast() }
        } else if matches.count < CyberTipFile.maximumMatches {
            matches.append(match)
        }
    }

    private static func rank(_ match: ReportedMatch) -> Int { match.match.distance ?? -1 }

    /// The document.
    var xml: String {
        var xml = XMLText()
        let schema: [(name: String, value: String)] = [
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:noNamespaceSchemaLocation", "https://report.cybertip.org/ispws/xsd"),
        ]
        let name = EvidencePath(bytes: Array(item.path.lastComponent))
        xml.element("fileDetails", schema) { xml in
            xml.leaf("reportId", options.reportIdentifier)
            xml.leaf("fileId", item.name.text)
            if options.showsPaths { xml.leaf("originalFileName", name.text) }
            // Nobody's eyes: whatever looked at it was a program.
            xml.leaf("fileViewedByEsp", "false")
            xml.leaf("exifViewedByEsp", "false")
            xml.leaf("fileRelevance", "Reported")
            if let first = classes.min() { xml.leaf("industryClassification", first) }
            if let digests = item.digests {
                xml.leaf("originalFileHash", [("hashType", "MD5")], digests.md5.hexDigits)
                xml.leaf("originalFileHash", [("hashType", "SHA1")], digests.sha1.hexDigits)
                xml.leaf("originalFileHash", [("hashType", "SHA256")], digests.sha256.hexDigits)
            }
            for print in prints { xml.leaf("originalFileHash", [("hashType", "PDQ")], print) }
            xml.element("details") { xml in
                for (place, match) in matches.enumerated() {
                    for (name, value) in CyberTipFile.facts(match) {
                        xml.element("nameValuePair") { xml in
                            xml.leaf("name", "match \(place + 1) \(name)")
                            xml.leaf("value", value)
                        }
                    }
                }
            }
            xml.leaf("additionalInfo", information(name))
        }
        return xml.text
    }

    /// What is told of a match, from the list to the entry and the distance.
    private static func facts(_ match: ReportedMatch) -> [(String, String)] {
        var facts: [(String, String?)] = [
            ("number", "\(match.identifier)"),
            ("kind", match.match.kind.rawValue),
            ("list", match.list),
            ("list owner", match.owner),
            ("list identifier", match.listIdentifier),
            ("list version", "\(match.found.number)"),
            ("list version SHA-256", match.found.digest),
            ("entry", "\(match.match.entry)"),
            ("entry id", match.entry.identifier),
            ("entry source", match.source.name),
            ("entry source line", match.source.line.map { "\($0)" }),
            ("meaning", match.meaning.rawValue),
            (
                "categories",
                match.entry.categories.isEmpty
                    ? nil : match.entry.categories.map(\.text).joined(separator: "; ")
            ),
            ("found", match.date),
        ]
        switch match.match.evidence {
        case .digest(let kind, let isContradicted):
            facts += [("digest", kind.name), ("contradicted", "\(isContradicted)")]
        case .picture(let two):
            facts += [
                ("distance", "\(two.distance)"),
                ("radius", match.settings.map { "\($0.radius)" }),
                ("turned", two.turn.name),
                ("time in the file, ms", two.itemTime.map { "\($0)" }),
                ("time in the entry, ms", two.entryTime.map { "\($0)" }),
                ("fingerprint", two.item.hex),
                ("entry fingerprint", two.entry.hex),
            ]
        case .film(let films, _, _):
            facts += [
                ("median distance", "\(films.medianDistance)"),
                ("radius", match.settings.map { "\($0.filmRadius)" }),
                ("score", "\(films.score.rounded(places: 2))"),
            ]
            for piece in films.pieces.prefix(10) {
                facts.append(
                    (
                        "stretch, ms",
                        "\(piece.left.lowerBound)-\(piece.left.upperBound) shows "
                            + "\(piece.right.lowerBound)-\(piece.right.upperBound) of the entry"
                    )
                )
            }
        }
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    private func information(_ name: EvidencePath) -> String {
        var sentences = [
            "Recognised by \(CaseDescription.tool) as \(displayCount(count, "match", plural: "matches")) with hash lists: a candidate "
                + "for a person to look at, not a finding. Nobody has viewed the file for this record."
        ]
        for match in matches.prefix(5) {
            let distance =
                switch match.match.evidence {
                case .digest(let kind, let isContradicted):
                    "the same \(kind.name)"
                        + (isContradicted ? ", although a stronger digest differs" : "")
                case .picture(let two):
                    "\(two.distance) of 256 bits apart"
                        + (two.turn == .none ? "" : ", turned (\(two.turn.name))")
                case .film(let films, _, _):
                    "films in step, \(films.medianDistance) of 256 bits apart in the median"
                }
            sentences.append(
                "List \(match.list), version \(match.found.number) (\(match.found.digest)), entry "
                    + (match.entry.identifier.map { "\($0) (number \(match.match.entry))" }
                        ?? "\(match.match.entry)") + ": \(distance)."
            )
        }
        if count > 5 { sentences.append("All matches are in matches.jsonl.") }
        if count > matches.count {
            sentences.append("The details tell the nearest \(matches.count).")
        }
        if !classes.isEmpty {
            sentences.append(
                "The classification is what the list says of its entry, not of this file"
                    + (classes.count > 1
                        ? "; entries that match are of \(classes.sorted().joined(separator: ", "))."
                        : ".")
            )
        }
        if options.showsPaths, !name.isText || !XMLText.canHold(name.text) {
            sentences.append(
                "The file's name has bytes that XML or UTF-8 cannot hold, which stand as U+FFFD; percent-encoded it is "
                    + name.percentEncoded + "."
            )
        }
        return sentences.joined(separator: " ")
    }
}
