import Casework
import Evidence
import Fingerprinting
import Matching

/// What comparing two inputs gave, as one object of JSON.
public struct ComparisonLine: Encodable {
    private struct SideLine: Encodable {
        private enum Key: String, CodingKey {
            case input, kind, sha256, format, width, height
            case duration = "duration_ms"
            case pictures, time = "time_ms", fingerprint, quality
        }

        let name: String
        let side: Comparison.Side
        /// The picture that is nearest to the other side.
        let picture: Int?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(name, forKey: .input)
            try container.encode(side.kindName, forKey: .kind)
            try container.encode(side.digests?.sha256.hexDigits, forKey: .sha256)
            try container.encode(side.media?.format, forKey: .format)
            try container.encode(side.media?.width, forKey: .width)
            try container.encode(side.media?.height, forKey: .height)
            try container.encode(side.media?.durationMilliseconds, forKey: .duration)
            try container.encode(side.pictures.count, forKey: .pictures)
            let nearest = picture.map { side.pictures[$0] }
            try container.encode(nearest?.timeMilliseconds, forKey: .time)
            try container.encode(nearest?.fingerprint.hex, forKey: .fingerprint)
            let quality = side.media == nil ? nil : nearest?.quality
            try container.encode(quality, forKey: .quality)
        }
    }

    private struct AlignmentLine: Encodable {
        private enum Key: String, CodingKey {
            case aShare = "a_share"
            case bShare = "b_share"
            case pieces
        }

        let alignment: FilmAlignment
        let lengths: (a: Int64, b: Int64)

        func encode(to encoder: any Encoder) throws {
            try AlignmentFigures(alignment).encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            let shares = (alignment.leftShare(of: lengths.a), alignment.rightShare(of: lengths.b))
            try container.encode(shares.0.rounded(places: 4), forKey: .aShare)
            try container.encode(shares.1.rounded(places: 4), forKey: .bShare)
            let pieces = alignment.pieces.map { PieceLine($0, of: .aAndB) }
            try container.encode(pieces, forKey: .pieces)
        }
    }

    private enum Key: String, CodingKey {
        case type, match, identical, radius, distance, turned
        case lowQuality = "low_quality"
        case alignment, a, b
    }

    private let comparison: Comparison
    private let radius: Int
    private let a: SideLine
    private let b: SideLine

    /// A line for the comparison of two named sides.
    public init(
        _ comparison: Comparison,
        _ a: (name: String, side: Comparison.Side),
        _ b: (name: String, side: Comparison.Side),
        radius: Int
    ) {
        self.comparison = comparison
        self.radius = radius
        self.a = SideLine(name: a.name, side: a.side, picture: comparison.nearest?.left)
        self.b = SideLine(name: b.name, side: b.side, picture: comparison.nearest?.right)
    }

    /// Writes every key, `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("comparison", forKey: .type)
        try container.encode(comparison.isMatch, forKey: .match)
        try container.encode(comparison.isIdentical, forKey: .identical)
        try container.encode(radius, forKey: .radius)
        try container.encode(comparison.nearest?.distance, forKey: .distance)
        try container.encode(comparison.nearest?.turn.name, forKey: .turned)
        try container.encode(comparison.nearest?.isLowQuality, forKey: .lowQuality)
        let alignment = comparison.alignment.map {
            AlignmentLine(alignment: $0, lengths: (a.side.length, b.side.length))
        }
        try container.encode(alignment, forKey: .alignment)
        try container.encode(a, forKey: .a)
        try container.encode(b, forKey: .b)
    }

    /// The comparison for a person.
    public var text: String {
        var lines = [("a", a), ("b", b)].map {
            "\($0)  \($1.side.summary)  \(EvidencePath($1.name).display())"
        }
        lines.append("")
        if comparison.isIdentical { lines.append("the same bytes") }
        if let alignment = comparison.alignment {
            for piece in alignment.pieces {
                lines.append(
                    "\(range(piece.left)) of a are \(range(piece.right)) of b at speed "
                        + "\(piece.speed.rounded(places: 2)), \(turned(piece.turn)): "
                        + "\(displayCount(piece.pictures, "picture")), distance \(piece.medianDistance), "
                        + "\(piece.worstDistance) at worst"
                )
            }
            lines.append(
                "score \(alignment.score.rounded(places: 1))"
                    + (alignment.isWeak ? ", which accidents reach" : "")
                    + ": \(percent(alignment.leftShare(of: a.side.length))) of a, "
                    + "\(percent(alignment.rightShare(of: b.side.length))) of b"
            )
        } else if a.side.isFilm, b.side.isFilm {
            lines.append("no seconds of the two run in step")
        } else if let nearest = comparison.nearest {
            let times = [a, b].compactMap { side -> String? in
                guard let picture = side.picture,
                    let time = side.side.pictures[picture].timeMilliseconds
                else { return nil }
                return "at \(displayTime(milliseconds: time)) of the film"
            }
            lines.append(
                (["distance \(nearest.distance) of 256 bits", turned(nearest.turn)] + times
                    + (nearest.isLowQuality ? ["flat or of low quality: it says little"] : []))
                    .joined(separator: ", ")
            )
        }
        lines.append(comparison.isMatch ? "match" : "no match (radius \(radius))")
        return lines.joined(separator: "\n") + "\n"
    }

    private func range(_ range: ClosedRange<Int64>) -> String {
        displayTime(milliseconds: range.lowerBound) + " to "
            + displayTime(milliseconds: range.upperBound)
    }

    private func turned(_ turn: Turn) -> String {
        turn == .none ? "not turned" : "a turned by \(turn.name)"
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}

extension Comparison.Side {
    fileprivate var kindName: String {
        media == nil ? "fingerprint" : isFilm ? "film" : "picture"
    }

    fileprivate var summary: String {
        guard let media else { return "a fingerprint" }
        let size = "\(media.width) × \(media.height)"
        guard isFilm else {
            return "a picture, \(media.format), \(size), quality \(pictures.first?.quality ?? 0)"
        }
        return "a film, \(media.format), \(size), \(displayTime(milliseconds: length))"
    }
}
