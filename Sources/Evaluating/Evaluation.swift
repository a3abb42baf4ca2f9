import Fingerprinting

/// The figures of a sample set: made from what the joins found, and from what is true.
public struct Evaluation {
    let items: [EvaluatedItem]
    let pairs: [TruePair]
    let hits: SampleHits
    private let wantsTurned: Bool
    /// Comparisons of fingerprints that the distances of unrelated pairs may take.
    private let comparisons: Int

    /// Some seconds.
    public static let defaultComparisons = 400_000_000

    /// An evaluation.
    ///
    /// - Parameters:
    ///   - items: the files.
    ///   - pairs: the true pairs, settled.
    ///   - hits: what the joins found.
    ///   - wantsTurned: whether the joins looked for turned copies.
    public init(
        items: [EvaluatedItem],
        pairs: [TruePair],
        hits: SampleHits,
        wantsTurned: Bool,
        comparisons: Int = Evaluation.defaultComparisons
    ) {
        self.items = items
        self.pairs = pairs
        self.hits = hits
        self.wantsTurned = wantsTurned
        self.comparisons = comparisons
    }

    /// How often true pairs were found, of each kind of comparison: in all, and by role, tier, transform and strength.
    public func recall() -> [RecallFigures] {
        struct Key: Hashable {
            let comparison: PairKind
            let level: RecallFigures.Level
            let name: String
            let strength: String?
        }
        var groups: [Key: [TruePair]] = [:]
        for pair in pairs {
            for level in RecallFigures.Level.allCases {
                let name: String
                switch level {
                case .all: name = ""
                case .role: name = pair.role
                case .tier: name = pair.tier
                case .transform, .strength: name = pair.transform
                }
                if name.isEmpty, level == .role || level == .tier { continue }
                let key = Key(
                    comparison: pair.comparison,
                    level: level,
                    name: name,
                    strength: level == .strength ? pair.strength : nil
                )
                groups[key, default: []].append(pair)
            }
        }
        let levels = RecallFigures.Level.allCases
        func order(_ key: Key) -> (PairKind, Int, String, String) {
            (
                key.comparison, levels.firstIndex(of: key.level) ?? 0, key.name,
                NumberedText.sortable(key.strength ?? "")
            )
        }
        return groups.sorted { order($0.key) < order($1.key) }.map { key, pairs in
            let states = Dictionary(grouping: pairs, by: \.state).mapValues(\.count)
            return RecallFigures(
                comparison: key.comparison,
                level: key.level,
                name: key.name,
                strength: key.strength,
                named: pairs.count,
                compared: states[.compared, default: 0],
                lowQuality: states[.lowQuality, default: 0],
                notDecoded: states[.notDecoded, default: 0],
                notThere: states[.notThere, default: 0],
                points: hits.radii.indices.map { point(pairs, at: $0, key.comparison) }
            )
        }
    }

    private func point(
        _ pairs: [TruePair],
        at index: Int,
        _ comparison: PairKind
    ) -> RecallFigures.Point {
        let compared = pairs.filter { $0.state == .compared }
        let states = compared.map { state(of: $0, at: index) }
        let found = states.count { $0 == .found }
        let errors = zip(compared, states).flatMap { pair, state in
            state == .found ? endErrors(of: pair, at: index) : []
        }
        return RecallFigures.Point(
            radius: hits.radii[index],
            ofCompared: .ofRecall(found, of: compared.count),
            ofNamed: .ofRecall(found, of: pairs.count),
            weak: comparison == .films ? states.count { $0 == .weak } : nil,
            ends: RecallFigures.EndErrors(errors)
        )
    }

    enum Found {
        case found, weak, missed
    }

    private func state(of pair: TruePair, at index: Int) -> Found {
        guard let original = pair.original, let variant = pair.variant else { return .missed }
        return state(of: ItemPair(original, variant), pair.comparison, at: index)
    }

    func state(of pair: ItemPair, _ comparison: PairKind, at index: Int) -> Found {
        if comparison == .films {
            return hits.films[index][pair].map { $0.isWeak ? .weak : .found } ?? .missed
        }
        return hits.distances[pair].map { $0 <= hits.radii[index] } ?? false ? .found : .missed
    }

    /// How far the told ends of a pair's stretches are from the true ones: four each.
    ///
    /// What belongs to a stretch are the pieces whose middle lies in it, in both films.
    private func endErrors(of pair: TruePair, at index: Int) -> [Int64] {
        guard let original = pair.original, let variant = pair.variant,
            let hit = hits.films[index][ItemPair(original, variant)]
        else { return [] }
        let isSwapped = original > variant
        var errors: [Int64] = []
        for stretch in pair.stretches {
            var told: GroundTruth.Stretch?
            for piece in hit.pieces {
                let source = isSwapped ? piece.second : piece.first
                let copy = isSwapped ? piece.first : piece.second
                guard stretch.original.contains(Evaluation.middle(source)),
                    stretch.variant.contains(Evaluation.middle(copy))
                else { continue }
                told = GroundTruth.Stretch(
                    original: Evaluation.hull(told?.original, source),
                    variant: Evaluation.hull(told?.variant, copy)
                )
            }
            guard let told else { continue }
            for (one, other) in [
                (told.original, stretch.original), (told.variant, stretch.variant),
            ] {
                errors.append(abs(one.lowerBound - other.lowerBound))
                errors.append(abs(one.upperBound - other.upperBound))
            }
        }
        return errors
    }

    private static func middle(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + (range.upperBound - range.lowerBound) / 2
    }

    private static func hull(
        _ one: ClosedRange<Int64>?,
        _ other: ClosedRange<Int64>
    ) -> ClosedRange<Int64> {
        guard let one else { return other }
        return min(one.lowerBound, other.lowerBound)...max(one.upperBound, other.upperBound)
    }

    /// The distances of all true pairs and of unrelated ones, computed one by one; and whether the join told the
    /// same.
    public func distances() -> (figures: [DistanceFigures], check: JoinCheck) {
        let turns = wantsTurned ? Turn.allCases : [.none]
        let probes = items.map { item in
            item.fingerprints.flatMap { fingerprint in turns.map { fingerprint.turned($0) } }
        }
        var check = JoinCheck()
        func distance(_ pair: ItemPair) -> Int {
            var best = 256
            for probe in probes[pair.first] {
                for fingerprint in items[pair.second].fingerprints {
                    best = min(best, probe.distance(to: fingerprint))
                }
            }
            let told = hits.distances[pair]
            check.pairs += 1
            check.disagreements += told == (best <= (hits.radii.last ?? 0) ? best : nil) ? 0 : 1
            return best
        }
        var whole: [PairKind: [Int]] = [:]
        var contained: [PairKind: [Int]] = [:]
        var unrelated: [PairKind: [Int]] = [:]
        let none = [Int](repeating: 0, count: 257)
        for pair in pairs where pair.state == .compared && pair.comparison != .films {
            guard let original = pair.original, let variant = pair.variant, original != variant
            else { continue }
            let bits = distance(ItemPair(original, variant))
            if pair.role == "whole" {
                whole[pair.comparison, default: none][bits] += 1
            } else {
                contained[pair.comparison, default: none][bits] += 1
            }
        }
        let every = unrelatedEvery(turns: turns.count)
        var number = 0
        for query in items.indices where items[query].isQuery && items[query].isComparable {
            number += 1
            guard (number - 1) % every == 0, let medium = items[query].medium else { continue }
            for reference in items.indices where reference != query {
                let other = items[reference]
                guard other.isReference, other.isComparable, let otherMedium = other.medium,
                    medium == .picture || otherMedium == .picture,
                    isCounted(query: query, reference: reference),
                    items[query].isUnrelated(to: other)
                else { continue }
                let bits = distance(ItemPair(query, reference))
                unrelated[PairKind(medium, otherMedium), default: none][bits] += 1
            }
        }
        func bins(_ counts: [Int]?) -> [DistanceFigures.Bin] {
            (counts ?? []).enumerated().filter { $0.element > 0 }.map {
                DistanceFigures.Bin(distance: $0.offset, pairs: $0.element)
            }
        }
        let figures = [PairKind.pictures, .pictureInFilm].compactMap { comparison in
            let lists = [whole, contained, unrelated].map { bins($0[comparison]) }
            return lists.allSatisfy(\.isEmpty)
                ? nil
                : DistanceFigures(
                    comparison: comparison,
                    whole: lists[0],
                    contained: lists[1],
                    unrelated: lists[2],
                    unrelatedEvery: every
                )
        }
        return (figures, check)
    }

    /// Of how many queries one is taken, so that it does not take too long.
    private func unrelatedEvery(turns: Int) -> Int {
        var (queries, references) = (0.0, 0.0)
        for item in items {
            queries += item.isQuery ? Double(item.fingerprints.count) : 0
            references += item.isReference ? Double(item.fingerprints.count) : 0
        }
        let work = queries * references * Double(turns)
        return max(1, Int((work / Double(max(1, comparisons))).rounded(.up)))
    }
}
