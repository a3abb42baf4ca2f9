import Casework
import Evidence
import Fingerprinting
import Matching

/// A stored film that runs in step with the one that is asked for, as one object of JSON Lines.
public struct FilmLine: Encodable {
    private let query: String
    private let match: FilmMatch

    private enum Key: String, CodingKey {
        case type, query, path
        case pathBytes = "path_bytes"
        case item, member, disk, sha256
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
        try container.encode(match.item.name.file, forKey: .item)
        try container.encodeIfPresent(match.item.name.member, forKey: .member)
        try container.encodeIfPresent(DiskLine(match.item.origin?.disk), forKey: .disk)
        try container.encode(match.item.digests?.sha256.hexDigits, forKey: .sha256)
        try AlignmentFigures(alignment).encode(to: encoder)
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
        try container.encode(
            alignment.pieces.map { PieceLine($0, of: .queryAndStored) },
            forKey: .pieces
        )
    }
}
