import Evidence
import Fingerprinting
import Keyframing
import Matching

/// Compares two inputs, each a picture, a film, or a bare fingerprint.
public struct Comparison {
    /// One of the two inputs.
    public struct Side: Sendable {
        /// Its pictures: one, or two where it has transparent parts; of a film many.
        public var pictures: [ItemFingerprint]
        /// What it is; `nil` for a bare fingerprint.
        public var media: ItemMedia?
        /// The digests of its bytes; `nil` for a bare fingerprint.
        public var digests: Digests?

        /// Whether it has a time line.
        public var isFilm: Bool { media?.isVideo == true }

        /// A file, as a worker gave it, with the variants of its pictures.
        public init(_ report: WorkerReport) {
            pictures = report.fingerprints
            media = report.media
            digests = report.digests
        }

        /// A bare fingerprint, of which nothing else is known: its quality is taken for the best.
        public init(_ fingerprint: Fingerprint) {
            pictures = [
                ItemFingerprint(
                    fingerprint: fingerprint,
                    quality: 100,
                    timeMilliseconds: nil,
                    origin: PictureOrigin(
                        decoder: .none,
                        policy: .exact,
                        scale: 1,
                        background: .opaque,
                        isDamaged: false
                    ),
                    variants: Turn.allCases.map(fingerprint.turned)
                )
            ]
        }
    }

    /// The two pictures that are nearest to each other.
    public struct Nearest: Hashable, Sendable {
        /// Bits in which they differ.
        public let distance: Int
        /// How the left one has to be turned to match.
        public let turn: Turn
        /// The numbers of the pictures.
        public let left, right: Int
        /// Whether one of them is flat, or has a quality under the one that was asked for.
        public let isLowQuality: Bool
    }

    /// Whether both hold the same bytes.
    public let isIdentical: Bool
    /// The nearest pictures; those of good quality come first. `nil` if a side has none.
    public let nearest: Nearest?
    /// Which seconds run in step, if both are films and any do.
    public let alignment: FilmAlignment?
    /// Whether they are near-duplicates by what was asked for: the same bytes, films in step, or pictures of good
    /// quality within the radius.
    public let isMatch: Bool

    /// Films are compared with a picture of the right one at least this many milliseconds apart.
    private static let rightInterval: Int64 = 1000

    /// Compares.
    ///
    /// - Parameters:
    ///   - turns: in which ways the left side may be turned.
    ///   - filmRadius: the radius for the pictures of two films, of which several have to agree.
    ///   - interval: how far apart the pictures of films were sampled, in milliseconds.
    /// - Complexity: O(pictures of the left × pictures of the right × turns).
    public init(
        _ left: Side,
        _ right: Side,
        turns: [Turn],
        radius: Int,
        filmRadius: Int,
        minimumQuality: Int,
        interval: Int64
    ) {
        isIdentical = left.digests != nil && left.digests == right.digests
        let films = left.isFilm && right.isFilm
        let thinned = films ? Comparison.thinned(right.pictures) : Array(right.pictures.indices)
        var search = Search(
            turns: turns,
            radius: films ? filmRadius : -1,
            minimumQuality: minimumQuality
        )
        for number in left.pictures.indices {
            search.compare(number, left.pictures, with: thinned, of: right.pictures)
        }
        nearest = search.nearest
        alignment =
            films
            ? FilmAligner(
                left: Comparison.film(left, interval: interval),
                right: Comparison.film(right, interval: max(interval, Comparison.rightInterval)),
                turns: turns.count,
                scenes: SceneCounter(left.pictures.map(\.fingerprint), radius: filmRadius).count
            ).align(search.pairs) : nil
        if films {
            isMatch = isIdentical || alignment.map { !$0.isWeak } ?? false
        } else {
            isMatch =
                isIdentical
                || nearest.map { !$0.isLowQuality && $0.distance <= radius } ?? false
        }
    }

    /// The numbers of a film's pictures, at least a second apart.
    private static func thinned(_ pictures: [ItemFingerprint]) -> [Int] {
        var last = Int64.min / 2
        return pictures.indices.filter { number in
            let time = pictures[number].timeMilliseconds ?? 0
            guard time - last >= rightInterval || number == pictures.count - 1 else { return false }
            last = time
            return true
        }
    }

    private static func film(_ side: Side, interval: Int64) -> FilmAligner.Film {
        FilmAligner.Film(
            length: side.length,
            interval: interval,
            pictures: side.pictures.count
        )
    }

    /// What is gathered while picture after picture of the left side is compared.
    private struct Search {
        let turns: [Turn]
        /// The radius of the pairs that are kept; negative if none are wanted.
        let radius: Int
        let minimumQuality: Int
        var nearest: Nearest?
        var pairs: [Turn: [FilmPair]] = [:]

        private func isLow(_ picture: ItemFingerprint) -> Bool {
            Int(picture.quality) < minimumQuality || picture.tone != .ordinary
        }

        mutating func compare(
            _ number: Int,
            _ lefts: [ItemFingerprint],
            with numbers: [Int],
            of rights: [ItemFingerprint]
        ) {
            let left = lefts[number]
            let isLeftLow = isLow(left)
            var found: [(distance: Int, turn: Turn, right: Int)] = []
            for turn in turns {
                let probe =
                    turn == .none
                    ? left.fingerprint : left.variants[Int(turn.rawValue)]
                for other in numbers {
                    let right = rights[other]
                    let distance = probe.distance(to: right.fingerprint)
                    let isLow = isLeftLow || isLow(right)
                    let isNearer =
                        nearest.map {
                            $0.isLowQuality == isLow
                                ? distance < $0.distance : $0.isLowQuality
                        } ?? true
                    if isNearer {
                        nearest = Nearest(
                            distance: distance,
                            turn: turn,
                            left: number,
                            right: other,
                            isLowQuality: isLow
                        )
                    }
                    if distance <= radius, !isLow { found.append((distance, turn, other)) }
                }
            }
            found.sort {
                ($0.distance, $0.turn.rawValue, $0.right) < (
                    $1.distance, $1.turn.rawValue, $1.right
                )
            }
            for (distance, turn, other) in found.prefix(FilmSearch.maximumPerPicture) {
                pairs[turn, default: []].append(
                    FilmPair(
                        left: number,
                        right: other,
                        leftSpan: left.shown,
                        rightSpan: rights[other].shown,
                        distance: distance
                    )
                )
            }
        }
    }
}

extension Comparison.Side {
    /// The film's length in milliseconds.
    public var length: Int64 {
        max(media?.durationMilliseconds ?? 0, pictures.map(\.shown.upperBound).max() ?? 0)
    }
}

extension ItemFingerprint {
    /// When a film shows it, in milliseconds.
    fileprivate var shown: ClosedRange<Int64> {
        let from = timeMilliseconds ?? 0
        return from...(from + Int64(spanMilliseconds))
    }
}
