import Casework
import Evidence
import Fingerprinting
import Matching

/// Two stored films that run in step, as one object of JSON Lines.
public struct FilmPairLine: Encodable {
    private enum Key: String, CodingKey {
        case type, left, right, pieces
    }

    /// One of the films.
    private struct Side: Encodable {
        private enum Key: String, CodingKey {
            case item, member, disk, path
            case pathBytes = "path_bytes"
            case sha256
            case duration = "duration_ms"
            case share
        }

        let item: CatalogItem
        let length: Int64
        let share: Double

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            let path = JSONPath(item.path)
            try container.encode(item.name.file, forKey: .item)
            try container.encodeIfPresent(item.name.member, forKey: .member)
            try container.encodeIfPresent(DiskLine(item.origin?.disk), forKey: .disk)
            try container.encode(path.text, forKey: .path)
            try container.encodeIfPresent(path.encoded, forKey: .pathBytes)
            try container.encode(item.digests?.sha256.hexDigits, forKey: .sha256)
            try container.encode(length, forKey: .duration)
            try container.encode(share.rounded(places: 4), forKey: .share)
        }
    }

    private let match: FilmJoin.Match

    /// A line for two films.
    public init(_ match: FilmJoin.Match) {
        self.match = match
    }

    /// Writes every key in every line, `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let alignment = match.right.alignment
        let (leftLength, rightLength) = (match.right.queryLength, match.right.length)
        let left = Side(
            item: match.left,
            length: leftLength,
            share: alignment.leftShare(of: leftLength)
        )
        let right = Side(
            item: match.right.item,
            length: rightLength,
            share: alignment.rightShare(of: rightLength)
        )
        try container.encode("film", forKey: .type)
        try container.encode(left, forKey: .left)
        try container.encode(right, forKey: .right)
        try AlignmentFigures(alignment).encode(to: encoder)
        try container.encode(
            alignment.pieces.map { PieceLine($0, of: .leftAndRight) },
            forKey: .pieces
        )
    }
}
