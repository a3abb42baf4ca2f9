import Casework
import Evidence
import Fingerprinting
import Matching

/// The films that run in step with one, as a table for a person: a row for each stretch.
public enum FilmTable {
    /// A film has no more rows than this; the JSON Lines have all.
    private static let shownPieces = 6

    /// The table, the surest first, cut to `limit` films; says how many were cut.
    public static func text(
        _ matches: [FilmMatch],
        relativeTo folder: EvidencePath?,
        limit: Int?
    ) -> String {
        let shown = limit.map { matches.prefix($0) } ?? matches[...]
        var rows: [[String]] = []
        for match in shown {
            let alignment = match.alignment
            for (number, piece) in alignment.pieces.prefix(shownPieces).enumerated() {
                let isFirst = number == 0
                rows.append([
                    isFirst ? alignment.score.rounded(places: 1).description : "",
                    isFirst && alignment.isWeak ? "weak" : "",
                    range(piece.left), range(piece.right),
                    piece.speed.rounded(places: 2).description,
                    piece.turn == .none ? "-" : piece.turn.name,
                    "\(piece.pictures)", "\(piece.medianDistance)/\(piece.worstDistance)",
                    isFirst ? percent(alignment.leftShare(of: match.queryLength)) : "",
                    isFirst ? percent(alignment.rightShare(of: match.length)) : "",
                    isFirst ? match.item.display(relativeTo: folder) : "",
                ])
            }
            if alignment.pieces.count > shownPieces {
                let more = alignment.pieces.count - shownPieces
                rows.append(
                    Array(repeating: "", count: 10) + ["and \(displayCount(more, "more piece"))"]
                )
            }
        }
        var text = displayTable(
            header: [
                "score", "", "these seconds", "are those", "speed", "turned", "pictures",
                "distance",
                "of it", "of the file", "file",
            ],
            rows: rows
        )
        if shown.count < matches.count {
            text += "… and \(matches.count - shown.count) more films: raise --limit to see them\n"
        }
        return text
    }

    private static func range(_ range: ClosedRange<Int64>) -> String {
        displayTime(milliseconds: range.lowerBound) + " to "
            + displayTime(milliseconds: range.upperBound)
    }

    private static func percent(_ share: Double) -> String {
        "\(Int((share * 100).rounded())) %"
    }
}
