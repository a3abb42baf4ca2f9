import Casework
import Evidence
import Fingerprinting
import Matching

/// A stretch of two films that runs in step, as an object of JSON.
struct PieceLine: Encodable {
    let queryFrom, queryTo, from, to: Int64
    let speed: Double
    let turned: String
    let pictures, scenes, medianDistance, worstDistance: Int
    let score: Double

    private enum CodingKeys: String, CodingKey {
        case queryFrom = "query_from_ms"
        case queryTo = "query_to_ms"
        case from = "from_ms"
        case to = "to_ms"
        case speed, turned, pictures, scenes
        case medianDistance = "median_distance"
        case worstDistance = "worst_distance"
        case score
    }

    init(_ piece: FilmAlignment.Piece) {
        queryFrom = piece.left.lowerBound
        queryTo = piece.left.upperBound
        from = piece.right.lowerBound
        to = piece.right.upperBound
        speed = piece.speed.rounded(places: 4)
        turned = piece.turn.name
        pictures = piece.pictures
        scenes = piece.scenes
        medianDistance = piece.medianDistance
        worstDistance = piece.worstDistance
        score = piece.score.rounded(places: 2)
    }
}

extension Double {
    /// The number with so many digits behind the point: JSON has no more of it than means something.
    func rounded(places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}

/// A stored film that runs in step with the one that is asked for, as one object of JSON Lines.
public struct FilmLine: Encodable {
    private let query: String
    private let match: FilmMatch

    private enum Key: String, CodingKey {
        case type, query, path
        case pathBytes = "path_bytes"
        case item, sha256, score, weak, turned, pictures, scenes
        case medianDistance = "median_distance"
        case worstDistance = "worst_distance"
        case queryShare = "query_share"
        case share
        case queryDuration = "query_duration_ms"
        case duration = "duration_ms"
        case pieces
    }

    /// A line for a match of the input `query`.
    public init(query: String, match: FilmMatch) {
        self.query = query
        self.match = match
    }

    /// Writes every key in every line, `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let alignment = match.alignment
        let path = JSONPath(match.item.path)
        try container.encode("film", forKey: .type)
        try container.encode(query, forKey: .query)
        try container.encode(path.text, forKey: .path)
        try container.encodeIfPresent(path.encoded, forKey: .pathBytes)
        try container.encode(match.item.identifier, forKey: .item)
        try container.encode(match.item.digests?.sha256.hexDigits, forKey: .sha256)
        try container.encode(alignment.score.rounded(places: 2), forKey: .score)
        try container.encode(alignment.isWeak, forKey: .weak)
        try container.encode(alignment.pieces.first?.turn.name, forKey: .turned)
        try container.encode(alignment.pictures, forKey: .pictures)
        try container.encode(alignment.scenes, forKey: .scenes)
        try container.encode(alignment.medianDistance, forKey: .medianDistance)
        try container.encode(alignment.worstDistance, forKey: .worstDistance)
        try container.encode(
            alignment.leftShare(of: match.queryLength).rounded(places: 4),
            forKey: .queryShare
        )
        try container.encode(
            alignment.rightShare(of: match.length).rounded(places: 4),
            forKey: .share
        )
        try container.encode(match.queryLength, forKey: .queryDuration)
        try container.encode(match.length, forKey: .duration)
        try container.encode(alignment.pieces.map(PieceLine.init), forKey: .pieces)
    }
}

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
                    isFirst ? match.item.path.display(relativeTo: folder) : "",
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
