import Evidence
import Fingerprinting
import TestSupport
import Testing

@testable import Evaluating

/// A made-up sample set, with what a join would find of it, and the figures by their definitions.
private struct MadeSet {
    var items: [EvaluatedItem] = []
    var pairs: [TruePair] = []
    var hits: SampleHits

    init(seed: UInt64, radii: [Int] = [0, 8, 31, 60], isOneSet: Bool = false) {
        var generator = SplitMix64(seed: seed)
        hits = SampleHits(radii: radii)
        func random() -> Fingerprint {
            // Only so many bits that accidents happen.
            let mask: UInt64 = 0x0FFF_FFFF
            return Fingerprint(
                words: (
                    generator.next() & mask, generator.next() & mask, generator.next() & mask, 0
                )
            )
        }
        func near(_ fingerprint: Fingerprint) -> Fingerprint {
            var result = fingerprint
            for _ in 0..<(generator.next() % 40) { result.words.3 ^= 1 << (generator.next() % 64) }
            return result
        }
        func number(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

        for index in 0..<24 {
            var item = EvaluatedItem(name: EvidencePath("o\(index)"))
            item.medium = index % 6 == 5 ? .film : .picture
            item.fingerprints = (0..<(item.medium == .film ? 4 : 1 + index % 2)).map { _ in random()
            }
            item.isAlignable = item.medium == .film
            item.families = [index]
            item.isReference = true
            item.isQuery = isOneSet
            item.group = isOneSet ? "pair" : ""
            if index == 7 { (item.medium, item.fingerprints) = (nil, []) }
            if index == 8 { item.fingerprints = [] }
            items.append(item)
        }
        for index in 0..<70 {
            let sources = Set((0...number(2)).map { _ in number(24) }).sorted()
            var item = EvaluatedItem(name: EvidencePath("v\(index)"))
            item.medium = index % 5 == 4 ? .film : .picture
            item.fingerprints = sources.flatMap { items[$0].fingerprints.map(near) }
            item.isAlignable = item.medium == .film && !item.fingerprints.isEmpty
            item.families = sources + [100 + index]
            item.isQuery = true
            item.isReference = isOneSet
            item.group = ["crop", "jpeg", "text"][number(3)]
            items.append(item)
            for source in sources {
                var row = GroundTruth.Row(
                    line: 1,
                    original: items[source].name,
                    variant: item.name,
                    transform: item.group
                )
                row.strength = "\(number(3) * 5)"
                row.role = source == sources[0] ? "whole" : "inset"
                var pair = TruePair(row, original: source, variant: items.count - 1)
                pair.settle(items, kind: "image")
                pairs.append(pair)
            }
        }
        for index in 0..<20 {
            var item = EvaluatedItem(name: EvidencePath("d\(index)"))
            item.medium = .picture
            item.fingerprints = [random()]
            item.families = [200 + index]
            item.isQuery = true
            item.group = "distractor"
            items.append(item)
        }
        for second in items.indices {
            for first in 0..<second {
                join(first, second, &generator)
            }
        }
    }

    private mutating func join(_ first: Int, _ second: Int, _ generator: inout SplitMix64) {
        guard let distance = distance(first, second) else { return }
        if items[first].medium == .film, items[second].medium == .film {
            for (index, radius) in hits.radii.enumerated() where distance <= radius {
                hits.films[index][ItemPair(first, second)] = FilmHit(
                    isWeak: generator.next() % 3 == 0,
                    pieces: []
                )
            }
        } else if distance <= hits.radii[hits.radii.count - 1] {
            hits.distances[ItemPair(first, second)] = distance
        }
    }

    func distance(_ first: Int, _ second: Int) -> Int? {
        items[first].fingerprints.flatMap { one in
            items[second].fingerprints.map { one.distance(to: $0) }
        }.min()
    }

    func isFound(_ one: Int, _ other: Int, at index: Int) -> Bool {
        if items[one].medium == .film, items[other].medium == .film {
            return hits.films[index][ItemPair(one, other)].map { !$0.isWeak } ?? false
        }
        return (distance(one, other) ?? .max) <= hits.radii[index]
    }

    var evaluation: Evaluation {
        Evaluation(items: items, pairs: pairs, hits: hits, wantsTurned: false)
    }
}

@Suite("The figures of a sample set")
struct EvaluationTests {
    @Test("recall is what counting pair by pair gives", arguments: [1, 2, 3])
    func recall(seed: UInt64) throws {
        let set = MadeSet(seed: seed)
        let figures = set.evaluation.recall()
        var checked = 0
        for one in figures {
            let pairs = set.pairs.filter { pair in
                guard pair.comparison == one.comparison else { return false }
                switch one.level {
                case .all: return true
                case .role: return pair.role == one.name
                case .tier: return pair.tier == one.name
                case .transform: return pair.transform == one.name
                case .strength: return pair.transform == one.name && pair.strength == one.strength
                }
            }
            #expect(one.named == pairs.count)
            #expect(
                one.compared + one.lowQuality + one.notDecoded + one.notThere == one.named
            )
            for (index, point) in one.points.enumerated() {
                let found = try pairs.count { pair in
                    let (original, variant) = try (#require(pair.original), #require(pair.variant))
                    return set.items[original].isComparable && set.items[variant].isComparable
                        && set.isFound(original, variant, at: index)
                }
                #expect(point.ofCompared.count == found)
                #expect(point.ofCompared.total == one.compared)
                #expect(point.ofNamed.count == found && point.ofNamed.total == one.named)
                checked += found
            }
        }
        #expect(checked > 100)
        let all = try #require(figures.first)
        #expect(all.lowQuality > 0 && all.notDecoded > 0)
        // By strength in the order of the numbers, not of the letters.
        let strengths = figures.filter {
            $0.level == .strength && $0.name == "crop" && $0.comparison == .pictures
        }
        #expect(strengths.map(\.strength) == ["0", "5", "10"])
    }

    @Test(
        "false matches are what counting pair by pair gives",
        arguments: [(1, false), (2, false), (1, true), (2, true)]
    )
    func falseMatches(seed: UInt64, isOneSet: Bool) {
        let set = MadeSet(seed: seed, isOneSet: isOneSet)
        let figures = set.evaluation.falseMatches()
        #expect(figures.count > 8)
        var hits = 0
        for one in figures {
            for (index, point) in one.points.enumerated() {
                var (compared, found) = (Set<ItemPair>(), Set<ItemPair>())
                var (queries, hitQueries) = (Set<Int>(), Set<Int>())
                for (query, item) in set.items.enumerated()
                where item.isQuery && (one.group.isEmpty || item.group == one.group) {
                    for (reference, other) in set.items.enumerated() where query != reference {
                        guard other.isReference, let medium = item.medium,
                            let otherMedium = other.medium, item.isComparable, other.isComparable,
                            PairKind(medium, otherMedium) == one.comparison
                        else { continue }
                        queries.insert(query)
                        guard Set(item.families).isDisjoint(with: other.families) else { continue }
                        let isFound = set.isFound(query, reference, at: index)
                        if isFound { hitQueries.insert(query) }
                        // Of two that are looked for in each other's place, the pair is the lower one's.
                        if item.isReference, other.isQuery, query > reference { continue }
                        compared.insert(ItemPair(query, reference))
                        if isFound { found.insert(ItemPair(query, reference)) }
                    }
                }
                #expect(point.ofPairs.total == compared.count, "\(one.comparison) \(one.group)")
                #expect(point.ofPairs.count == found.count)
                #expect(point.ofQueries.total == queries.count)
                #expect(point.ofQueries.count == hitQueries.count)
                hits += found.count
            }
        }
        #expect(hits > 20, "the set must hold accidents")
    }

    @Test("distances are those of the fingerprints, and the join is checked by them")
    func distances() throws {
        var set = MadeSet(seed: 4, radii: [0, 8, 20])
        let (figures, check) = set.evaluation.distances()
        #expect(check.disagreements == 0)
        let pictures = try #require(figures.first { $0.comparison == .pictures })
        let wanted = try set.pairs.filter { $0.comparison == .pictures && $0.state == .compared }
            .map { try (set.distance(#require($0.original), #require($0.variant)), $0.role) }
        for (role, bins) in [("whole", pictures.whole), ("inset", pictures.contained)] {
            let counts = Dictionary(grouping: wanted.filter { $0.1 == role }, by: \.0)
            #expect(
                bins.map(\.pairs) == counts.sorted { $0.key ?? 0 < $1.key ?? 0 }.map(\.value.count)
            )
        }
        let unrelated = pictures.unrelated.reduce(0) { $0 + $1.pairs }
        let all = set.evaluation.falseMatches().first { $0.group.isEmpty }
        #expect(unrelated == all?.points[0].ofPairs.total)

        // One that the join forgot, one that it made up, one at another distance.
        let keys = set.hits.distances.keys.filter { pair in
            set.pairs.contains {
                $0.state == .compared && $0.original == pair.first && $0.variant == pair.second
            }
        }.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
        set.hits.distances[keys[0]] = nil
        set.hits.distances[keys[1]]? += 1
        let far = try #require(
            set.pairs.first {
                $0.state == .compared && $0.comparison == .pictures
                    && set.hits.distances[ItemPair($0.original ?? 0, $0.variant ?? 0)] == nil
                    && ItemPair($0.original ?? 0, $0.variant ?? 0) != keys[0]
            }
        )
        set.hits.distances[ItemPair(far.original ?? 0, far.variant ?? 0)] = 3
        #expect(set.evaluation.distances().check.disagreements >= 3)
    }

    @Test("turned copies are measured in their best turn")
    func turned() {
        var generator = SplitMix64(seed: 9)
        let upright = Fingerprint(
            words: (generator.next(), generator.next(), generator.next(), generator.next())
        )
        var items = ["a", "b"].map { EvaluatedItem(name: EvidencePath($0)) }
        for (index, fingerprint) in [upright, upright.turned(.rotate90)].enumerated() {
            items[index].medium = .picture
            items[index].fingerprints = [fingerprint]
            items[index].families = [0]
        }
        let row = GroundTruth.Row(
            line: 2,
            original: items[0].name,
            variant: items[1].name,
            transform: "rot"
        )
        var pair = TruePair(row, original: 0, variant: 1)
        pair.settle(items, kind: "")
        var hits = SampleHits(radii: [31])
        hits.distances[ItemPair(0, 1)] = 0
        for wantsTurned in [true, false] {
            let evaluation = Evaluation(
                items: items,
                pairs: [pair],
                hits: hits,
                wantsTurned: wantsTurned
            )
            let (figures, check) = evaluation.distances()
            #expect((figures.first?.contained.first?.distance == 0) == wantsTurned)
            #expect((check.disagreements == 0) == wantsTurned)
        }
    }

    @Test("told ends of films are compared with the true ones, whichever file comes first")
    func ends() throws {
        for isSwapped in [false, true] {
            var items = ["a", "b"].map { EvaluatedItem(name: EvidencePath($0)) }
            for index in items.indices {
                items[index].medium = .film
                items[index].isAlignable = true
                items[index].families = [0]
            }
            let (original, variant) = isSwapped ? (1, 0) : (0, 1)
            var row = GroundTruth.Row(
                line: 2,
                original: items[original].name,
                variant: items[variant].name,
                transform: "clip"
            )
            row.stretch = GroundTruth.Stretch(original: 10_000...20_000, variant: 0...10_000)
            var pair = TruePair(row, original: original, variant: variant)
            pair.settle(items, kind: "video")
            // Two pieces of the true stretch, and one that has nothing to do with it.
            let told: [(ClosedRange<Int64>, ClosedRange<Int64>)] = [
                (10_100...14_000, 300...4_000), (15_000...20_000, 5_000...9_000),
                (50_000...60_000, 50_000...60_000),
            ]
            var hits = SampleHits(radii: [31, 40])
            hits.films[1][ItemPair(0, 1)] = FilmHit(
                isWeak: false,
                pieces: told.map {
                    isSwapped
                        ? FilmHit.Piece(first: $0.1, second: $0.0)
                        : FilmHit.Piece(first: $0.0, second: $0.1)
                }
            )
            let evaluation = Evaluation(items: items, pairs: [pair], hits: hits, wantsTurned: false)
            let all = try #require(evaluation.recall().first)
            #expect(all.comparison == .films)
            #expect(all.points[0].ends == nil)
            #expect(all.points[1].ends == RecallFigures.EndErrors([100, 0, 300, 1_000]))
            #expect(all.points[1].ends?.median == 300)
            #expect(all.points[1].ends?.worst == 1_000)
        }
    }
}
