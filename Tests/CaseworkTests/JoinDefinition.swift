import Fingerprinting

@testable import Casework
@testable import Indexing

/// A join of stored pictures and lines by the definition: every fingerprint with every other one.
struct JoinDefinition {
    /// A place, as far as the definition knows it.
    struct Place: Hashable {
        var item: UInt64
        var time: Int64?
    }

    struct Match: Hashable {
        var left: Fingerprint
        var right: Fingerprint
        var distance: Int
        var turn: Turn
        var leftPlaces: [Place]
        var rightPlaces: [Place]

        init(_ match: CaseJoin.Match) {
            func places(_ places: [JoinSide.Place]) -> [Place] {
                places.map { Place(item: $0.item, time: $0.timeMilliseconds) }
            }
            left = match.left
            right = match.right
            distance = match.distance
            turn = match.turn
            leftPlaces = places(match.leftPlaces)
            rightPlaces = places(match.rightPlaces)
        }

        init(
            _ left: Fingerprint,
            _ right: Fingerprint,
            distance: Int,
            turn: Turn,
            _ leftPlaces: [Place],
            _ rightPlaces: [Place]
        ) {
            self.left = left
            self.right = right
            self.distance = distance
            self.turn = turn
            self.leftPlaces = leftPlaces
            self.rightPlaces = rightPlaces
        }
    }

    /// Places by fingerprint.
    typealias Side = [Fingerprint: [Place]]

    static func side(_ pictures: [GeneratedCase.Picture], minimumQuality: Int) -> Side {
        var side: Side = [:]
        for picture in pictures where Int(picture.quality) >= minimumQuality {
            side[picture.fingerprint, default: []].append(
                Place(item: picture.item, time: picture.time)
            )
        }
        return side.mapValues { $0.sorted { ($0.item, $0.time ?? -1) < ($1.item, $1.time ?? -1) } }
    }

    static func side(lines: [Fingerprint]) -> Side {
        var side: Side = [:]
        for (index, fingerprint) in lines.enumerated() {
            side[fingerprint, default: []].append(Place(item: UInt64(index + 1), time: nil))
        }
        return side
    }

    /// The pairs of two sides, in the order that a join promises.
    ///
    /// - Parameter turned: which side is turned, if one is.
    static func matches(
        _ left: Side,
        _ right: Side,
        radius: Int,
        turned: CaseJoin.TurnedSide?
    ) -> [Match] {
        var matches: [Match] = []
        for (a, leftPlaces) in left {
            for (b, rightPlaces) in right {
                let (distance, turn) = nearest(a, b, turned)
                if distance <= radius {
                    matches.append(
                        Match(a, b, distance: distance, turn: turn, leftPlaces, rightPlaces)
                    )
                }
            }
        }
        return matches.sorted { key($0) < key($1) }
    }

    /// The pairs of a side with itself.
    static func matches(within side: Side, radius: Int, turned: Bool) -> [Match] {
        let all = matches(side, side, radius: radius, turned: turned ? .right : nil)
        return all.compactMap { match in
            if match.left == match.right {
                guard match.leftPlaces.count > 1 else { return nil }
                return Match(
                    match.left,
                    match.right,
                    distance: 0,
                    turn: .none,
                    match.leftPlaces,
                    match.rightPlaces
                )
            }
            return number(match.left) < number(match.right) ? match : nil
        }
    }

    static func nearest(
        _ a: Fingerprint,
        _ b: Fingerprint,
        _ turned: CaseJoin.TurnedSide?
    ) -> (distance: Int, turn: Turn) {
        guard let turned else { return (a.distance(to: b), .none) }
        let all = Turn.allCases.map { turn in
            let distance =
                turned == .left ? a.turned(turn).distance(to: b) : a.distance(to: b.turned(turn))
            return (distance: distance, turn: turn)
        }
        return all.min { ($0.distance, $0.turn.rawValue) < ($1.distance, $1.turn.rawValue) }
            ?? (0, .none)
    }

    typealias Number = (UInt64, UInt64, UInt64, UInt64)

    /// A fingerprint as segments order it.
    static func number(_ fingerprint: Fingerprint) -> Number {
        let words = BitPermutation.row(of: fingerprint).words
        return (words.3, words.2, words.1, words.0)
    }

    private struct Key: Comparable {
        var left: Number
        var distance: Int
        var right: Number

        static func == (first: Key, second: Key) -> Bool {
            first.left == second.left && first.distance == second.distance
                && first.right == second.right
        }

        static func < (first: Key, second: Key) -> Bool {
            if first.left != second.left { return first.left < second.left }
            if first.distance != second.distance { return first.distance < second.distance }
            return first.right < second.right
        }
    }

    private static func key(_ match: Match) -> Key {
        Key(left: number(match.left), distance: match.distance, right: number(match.right))
    }
}
