import Fingerprinting

/// Which seconds of one film show which seconds of another.
public struct FilmAlignment: Hashable, Sendable {
    /// A stretch of both films that runs in step.
    public struct Piece: Hashable, Sendable {
        /// The stretch of the left film, in milliseconds.
        public var left: ClosedRange<Int64>
        /// The stretch of the right film, in milliseconds.
        public var right: ClosedRange<Int64>
        /// Milliseconds of the right film for each millisecond of the left one: over 1 if the left film
        /// runs faster.
        public var speed: Double
        /// How the left film's pictures have to be turned to match.
        public var turn: Turn
        /// Pictures of the left film that agree.
        public var pictures: Int
        /// How many different scenes they show.
        public var scenes: Int
        /// The median of the pictures' distances, each to its best counterpart.
        public var medianDistance: Int
        /// The largest of these distances.
        public var worstDistance: Int
        /// ``FilmAlignment/score`` of this piece alone.
        public var score: Double

        /// A piece from its parts.
        package init(
            left: ClosedRange<Int64>,
            right: ClosedRange<Int64>,
            speed: Double,
            turn: Turn,
            pictures: Int,
            scenes: Int,
            medianDistance: Int,
            worstDistance: Int,
            score: Double
        ) {
            self.left = left
            self.right = right
            self.speed = speed
            self.turn = turn
            self.pictures = pictures
            self.scenes = scenes
            self.medianDistance = medianDistance
            self.worstDistance = worstDistance
            self.score = score
        }
    }

    /// The pieces, in the order of their scores.
    public let pieces: [Piece]
    /// How improbable it is that unrelated films agree so well, in decimal digits.
    ///
    /// The number of accidental agreements of this quality that are to be expected between two unrelated
    /// films of these lengths is 10 to the power of −score. `Docs/Matching.md` says how it is computed.
    public let score: Double

    /// An alignment from its parts.
    package init(pieces: [Piece], score: Double) {
        self.pieces = pieces
        self.score = score
    }

    /// Pictures of the left film that agree.
    public var pictures: Int { pieces.reduce(0) { $0 + $1.pictures } }
    /// Different scenes that they show.
    public var scenes: Int { pieces.reduce(0) { $0 + $1.scenes } }
    /// The median of the pieces' median distances, weighed by their pictures.
    public var medianDistance: Int {
        let sorted = pieces.sorted { $0.medianDistance < $1.medianDistance }
        var half = pictures / 2
        for piece in sorted {
            if half < piece.pictures { return piece.medianDistance }
            half -= piece.pictures
        }
        return sorted.last?.medianDistance ?? 0
    }
    /// The largest distance of a picture to its best counterpart.
    public var worstDistance: Int { pieces.map(\.worstDistance).max() ?? 0 }

    /// Alignments with a lower score are marked: accidents reach it. On the films that it was set by, no
    /// two unrelated ones did: `Docs/Matching.md`.
    public static let weakScore = 1.0
    /// A piece of a single scene has no higher score, unless the scene is as good as the whole of one of the
    /// films: a logo agrees wherever it is shown.
    public static let loneScore = 0.9
    /// The radius at which the pictures of films are compared unless another is asked for: larger than for
    /// single pictures, since accidents do not run in step.
    public static let recommendedRadius = 40
    /// Whether the score is under ``weakScore``.
    public var isWeak: Bool { score < FilmAlignment.weakScore }

    /// How much of the left film, of this length in milliseconds, the pieces cover: 0 ... 1.
    public func leftShare(of length: Int64) -> Double {
        FilmAlignment.share(pieces.map(\.left), of: length)
    }

    /// How much of the right film, of this length in milliseconds, the pieces cover: 0 ... 1.
    public func rightShare(of length: Int64) -> Double {
        FilmAlignment.share(pieces.map(\.right), of: length)
    }

    private static func share(_ ranges: [ClosedRange<Int64>], of length: Int64) -> Double {
        guard length > 0 else { return ranges.isEmpty ? 0 : 1 }
        var covered: Int64 = 0
        var end = Int64.min
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = max(range.lowerBound, end)
            if range.upperBound > from { covered += range.upperBound - from }
            end = max(end, range.upperBound)
        }
        return min(1, Double(covered) / Double(length))
    }
}
