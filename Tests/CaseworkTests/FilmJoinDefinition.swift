import Fingerprinting
import Keyframing
import Matching

@testable import Casework

/// A join of films by the definition: every picture of each film with every picture of each other one, and
/// what agrees is aligned.
struct FilmJoinDefinition {
    /// What is known of a film.
    struct Film {
        var item: UInt64
        var length: Int64
        var interval: Int64
        var pictures: [GeneratedCase.Picture]
    }

    struct Match: Hashable {
        var left: UInt64
        var right: UInt64
        var leftLength: Int64
        var rightLength: Int64
        var alignment: FilmAlignment

        init(_ match: FilmJoin.Match) {
            left = match.left.identifier
            right = match.right.item.identifier
            leftLength = match.right.queryLength
            rightLength = match.right.length
            alignment = match.right.alignment
        }

        init(_ left: Film, _ right: Film, _ alignment: FilmAlignment) {
            self.left = left.item
            self.right = right.item
            leftLength = left.length
            rightLength = right.length
            self.alignment = alignment
        }
    }

    var radius: Int
    var minimumQuality: Int
    /// Which side's bits are turned, if one's are; in a join of a case with itself those of the picture with
    /// the higher fingerprint.
    var turned: CaseJoin.TurnedSide?
    var isWithin: Bool

    /// The pairs of films, ordered by their items.
    func matches(_ lefts: [Film], _ rights: [Film]) -> [Match] {
        var matches: [Match] = []
        for left in lefts.sorted(by: { $0.item < $1.item }) {
            for right in rights.sorted(by: { $0.item < $1.item })
            where !isWithin || left.item < right.item {
                if let alignment = alignment(left, right) {
                    matches.append(Match(left, right, alignment))
                }
            }
        }
        return matches
    }

    private func alignment(_ left: Film, _ right: Film) -> FilmAlignment? {
        let lefts = counted(left)
        let rights = counted(right)
        var pairs: [Turn: [FilmPair]] = [:]
        for (number, first) in lefts.enumerated() {
            var found: [(turn: Turn, pair: FilmPair)] = []
            for second in rights {
                let (distance, turn) = nearest(first.fingerprint, second.fingerprint)
                guard distance <= radius, let from = first.time, let to = second.time else {
                    continue
                }
                let pair = FilmPair(
                    left: number,
                    right: Int(to),
                    leftSpan: from...(from + Int64(first.span)),
                    rightSpan: to...(to + Int64(second.span)),
                    distance: distance
                )
                found.append((turn, pair))
            }
            found.sort {
                ($0.pair.distance, $0.pair.right) < ($1.pair.distance, $1.pair.right)
            }
            for (turn, pair) in found.prefix(64) {
                pairs[turn, default: []].append(pair)
            }
        }
        let scenes = SceneCounter(lefts.map(\.fingerprint), radius: radius)
        let aligner = FilmAligner(
            left: outline(left),
            right: outline(right),
            turns: turned == nil ? 1 : 8,
            scenes: scenes.count
        )
        return aligner.align(pairs)
    }

    private func outline(_ film: Film) -> FilmAligner.Film {
        FilmAligner.Film(
            length: film.length,
            interval: film.interval,
            pictures: film.pictures.count
        )
    }

    /// The pictures that count, in the order of their times.
    private func counted(_ film: Film) -> [GeneratedCase.Picture] {
        film.pictures.filter {
            Int($0.quality) >= minimumQuality && $0.tone == .ordinary && $0.time != nil
        }.sorted {
            if $0.time != $1.time { return $0.time ?? 0 < $1.time ?? 0 }
            return JoinDefinition.number($0.fingerprint) < JoinDefinition.number($1.fingerprint)
        }
    }

    /// The least distance, and how the left picture is turned then.
    private func nearest(
        _ left: Fingerprint,
        _ right: Fingerprint
    ) -> (distance: Int, turn: Turn) {
        guard let turned else { return (left.distance(to: right), .none) }
        if isWithin {
            if left == right { return (0, .none) }
            if JoinDefinition.number(right) < JoinDefinition.number(left) {
                return JoinDefinition.nearest(right, left, .right)
            }
        }
        let (distance, turn) = JoinDefinition.nearest(left, right, turned)
        return (distance, turned == .left ? turn : turn.inverse)
    }
}
