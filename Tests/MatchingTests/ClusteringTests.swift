import Fingerprinting
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

@Suite("clustering")
struct ClusteringTests {
    /// Groups by a join of the parts with themselves.
    private func groups(
        _ parts: JoinedParts,
        radius: Int,
        weight: (RowPlace) -> Int = { _ in 1 }
    ) throws -> [Clustering.Group] {
        var clustering = try Clustering(of: parts.parts, radius: radius)
        try SetJoin(within: parts.parts, radius: radius, threads: 1).run { pairs in
            // As a case does it: what has no picture brings nothing together.
            for pair in pairs
            where weight(RowPlace(part: pair.leftPart, row: pair.leftRow)) > 0
                && weight(RowPlace(part: pair.rightPart, row: pair.rightRow)) > 0
            {
                clustering.unite(pair)
            }
        }
        var groups: [Clustering.Group] = []
        clustering.forEachGroup(weight: weight) { groups.append($0) }
        return groups
    }

    private func check(
        _ parts: JoinedParts,
        radius: Int,
        weight: @escaping (RowPlace) -> Int = { _ in 1 }
    ) throws {
        let found = try groups(parts, radius: radius, weight: weight)
        let expected = ClusteringDefinition(parts, radius: radius, leavingOut: weight)
            .groups(weight: weight)
        #expect(
            found.map {
                ClusteringDefinition.Group(
                    members: $0.members,
                    medoid: $0.members[$0.medoid],
                    widest: $0.widest,
                    isChain: $0.isChain
                )
            } == expected,
            "radius \(radius)"
        )
        #expect(found.allSatisfy { $0.isWidestExact })
    }

    /// Fingerprints around some centres, so near and far that groups of all shapes come about.
    private func clustered(_ random: inout SplitMix64, centres: Int, each: Int) -> [Fingerprint] {
        (0..<centres).flatMap { _ in
            let centre = random.fingerprint()
            return (0..<each).map { _ in
                random.neighbour(of: centre, distance: Int.random(in: 0...24, using: &random))
            }
        }
    }

    /// Steps of a few bits away from a beginning: the ends are far apart.
    private func chain(_ random: inout SplitMix64, length: Int, step: Int) -> [Fingerprint] {
        var result = [random.fingerprint()]
        for _ in 1..<length {
            result.append(random.neighbour(of: result[result.count - 1], distance: step))
        }
        return result.shuffled(using: &random)
    }

    @Test("random fingerprints are alone", arguments: JoinedParts.Storage.allCases)
    func random(storage: JoinedParts.Storage) throws {
        var random = SplitMix64(seed: 0xC1)
        var parts = try JoinedParts()
        try parts.add((0..<300).map { _ in random.fingerprint() }, as: storage)
        #expect(try groups(parts, radius: 31).isEmpty)
        // At 110 nearly all hang together.
        try check(parts, radius: 110)
    }

    @Test(
        "groups are the connected components, over parts and duplicates",
        arguments: [0, 3, 12, 20, 31, 45]
    )
    func components(radius: Int) throws {
        var random = SplitMix64(seed: 0xC2)
        let all = clustered(&random, centres: 12, each: 14) + [.init(words: (0, 0, 0, 0))]
        var parts = try JoinedParts()
        try parts.add(Array(all.prefix(80)), as: .tabled)
        try parts.add([], as: .list)
        // Some of the first part once more, and a list that has some twice.
        try parts.add(Array(all.suffix(100)), as: .untabled)
        try parts.add(Array(all.prefix(10) + all.prefix(6)), as: .list)
        try check(parts, radius: radius)
    }

    @Test("chains are marked, and their widest pair is found", arguments: [6, 10, 16])
    func chains(step: Int) throws {
        var random = SplitMix64(seed: 0xC3)
        var parts = try JoinedParts()
        try parts.add(chain(&random, length: 40, step: step), as: .untabled)
        try parts.add(chain(&random, length: 25, step: step), as: .list)
        let found = try groups(parts, radius: step)
        #expect(found.count == 2 && found.allSatisfy { $0.isChain && $0.widest > step })
        for radius in [step - 1, step, 2 * step, 3 * step] {
            try check(parts, radius: radius)
        }
    }

    @Test("rows count by their pictures, and those without one bring nothing together")
    func weights() throws {
        var random = SplitMix64(seed: 0xC4)
        var parts = try JoinedParts()
        try parts.add(clustered(&random, centres: 6, each: 10), as: .untabled)
        try parts.add(chain(&random, length: 30, step: 8), as: .list)
        for seed in 0..<4 as Range<UInt32> {
            try check(parts, radius: 20) { place in
                let mixed = (place.part &* 31 &+ place.row &* 17 &+ seed &* 7) % 11
                return mixed < 4 ? 0 : mixed < 8 ? 1 : Int(mixed)
            }
        }
        // A single row with several pictures is a group.
        var single = try JoinedParts()
        try single.add([random.fingerprint(), random.fingerprint()], as: .untabled)
        let found = try groups(single, radius: 31) { $0.row == 1 ? 3 : 1 }
        #expect(found.map(\.members) == [[RowPlace(part: 0, row: 1)]])
        #expect(found.allSatisfy { $0.widest == 0 && !$0.isChain })
        #expect(try groups(single, radius: 31) { _ in 0 }.isEmpty)
    }

    @Test("the order of the pairs does not matter")
    func order() throws {
        var random = SplitMix64(seed: 0xC5)
        var parts = try JoinedParts()
        try parts.add(clustered(&random, centres: 4, each: 12), as: .untabled)
        try parts.add(chain(&random, length: 30, step: 9), as: .list)
        let pairs = JoinedParts.distances(within: parts).filter { $0.distance <= 18 }
        var results: Set<[Clustering.Group]> = []
        for _ in 0..<5 {
            var clustering = try Clustering(of: parts.parts, radius: 18)
            for pair in pairs.shuffled(using: &random) {
                clustering.unite(pair)
            }
            var groups: [Clustering.Group] = []
            clustering.forEachGroup(weight: { _ in 1 }) { groups.append($0) }
            results.insert(groups)
        }
        #expect(results.count == 1)
    }
}
