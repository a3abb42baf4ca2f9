import Casework
import Evidence
import Fingerprinting
import HashLists
import Matching

/// A match with a hash list as a row: of CSV (RFC 4180), or of a table for a person.
public enum ListMatchRow {
    private static let columns = [
        "match", "kind", "meaning", "categories", "item", "member", "path", "item_time_ms", "md5",
        "sha1", "sha256", "list",
        "owner", "list_identifier", "version", "version_digest", "entry", "entry_id", "series",
        "entry_time_ms", "distance",
        "radius", "turned", "digest", "contradicted", "score", "source", "source_sha256",
        "source_line", "found", "holds",
        "gone_reason",
    ]

    /// The first line of CSV.
    public static var header: String { columns.joined(separator: ",") + "\r\n" }

    /// The match as a line of CSV.
    public static func row(_ match: ReportedMatch) -> String {
        var (itemTime, entryTime, distance, turn) = (
            Int64?.none, Int64?.none, Int?.none, String?.none
        )
        var (digest, contradicted, score, radius) = (
            String?.none, Bool?.none, Double?.none, Int?.none
        )
        switch match.match.evidence {
        case .digest(let kind, let isContradicted):
            (digest, contradicted) = (kind.name, isContradicted)
        case .picture(let two):
            (itemTime, entryTime, distance, turn) = (
                two.itemTime, two.entryTime, two.distance, two.turn.name
            )
            radius = match.settings?.radius
        case .film(let films, _, _):
            (distance, turn, score) = (
                films.medianDistance, films.pieces.first?.turn.name, films.score.rounded(places: 2)
            )
            (itemTime, entryTime) = (
                films.pieces.first?.left.lowerBound, films.pieces.first?.right.lowerBound
            )
            radius = match.settings?.filmRadius
        }
        let item = match.item
        func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
        var cells: [String] = [
            "\(match.identifier)", match.match.kind.rawValue, match.meaning.rawValue,
            match.entry.categories.map(\.text).joined(separator: "; "), "\(item.name.file)",
            item.name.member ?? "",
        ]
        cells += [
            item.path.text, text(itemTime), text(item.digests?.md5.hexDigits),
            text(item.digests?.sha1.hexDigits),
            text(item.digests?.sha256.hexDigits), match.list, match.owner, match.listIdentifier,
        ]
        cells += [
            "\(match.found.number)", match.found.digest, "\(match.match.entry)",
            match.entry.identifier ?? "",
            match.entry.series ?? "", text(entryTime), text(distance), text(radius), text(turn),
            text(digest),
        ]
        cells += [
            text(contradicted), text(score), match.source.name, match.source.sha256 ?? "",
            text(match.source.line), match.date,
            match.goneReason == nil ? "true" : "false", match.goneReason ?? "",
        ]
        return cells.map(quoted).joined(separator: ",") + "\r\n"
    }

    /// A cell in quotation marks if it needs them. One that a spreadsheet would take for a formula gets a mark before it: names of
    /// files come from the evidence.
    private static func quoted(_ cell: String) -> String {
        var text = cell
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first),
            Int64(text) == nil, Double(text) == nil
        {
            text = "'" + text
        }
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else {
            return text
        }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false).joined(
                separator: "\"\""
            ) + "\""
    }

    /// The heads of the table's columns.
    public static let titles = ["meaning", "kind", "distance", "list", "entry", "category", "item"]

    /// The match as a row of the table.
    public static func cells(_ match: ReportedMatch, relativeTo folder: EvidencePath?) -> [String] {
        var (distance, time) = ("-", "")
        switch match.match.evidence {
        case .digest(let kind, let isContradicted):
            distance = kind.name + (isContradicted ? "!" : "")
        case .picture(let two):
            distance = "\(two.distance)" + (two.turn == .none ? "" : " \(two.turn.name)")
            time = two.itemTime.map { " at " + displayTime(milliseconds: $0) } ?? ""
        case .film(let films, _, _):
            distance = "\(films.medianDistance)" + (films.isWeak ? " weak" : "")
            if let piece = films.pieces.first {
                time =
                    " " + displayTime(milliseconds: piece.left.lowerBound) + "–"
                    + displayTime(milliseconds: piece.left.upperBound)
            }
        }
        let categories = match.entry.categories.map(\.text).joined(separator: "; ")
        return [
            match.goneReason == nil ? match.meaning.rawValue : "gone", match.match.kind.rawValue,
            distance,
            "\(match.list)@\(match.found.number)",
            displayText(match.entry.identifier ?? "\(match.match.entry)"),
            categories.isEmpty ? "-" : displayText(categories),
            match.item.display(relativeTo: folder) + time,
        ]
    }

    /// Text of a list on one line of a terminal.
    private static func displayText(_ text: String) -> String { EvidencePath(text).display() }
}
