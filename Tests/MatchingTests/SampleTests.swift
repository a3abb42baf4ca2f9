import Fingerprinting
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

/// The checks of a certificate must see what a join or search does wrong.
@Suite("samples that are compared with everything")
struct SampleTests {
    private func parts(_ seed: UInt64) throws -> JoinedParts {
        var random = SplitMix64(seed: seed)
        let centre = random.fingerprint()
        var parts = try JoinedParts()
        for storage in JoinedParts.Storage.allCases {
            let content = (0..<20).map { random.neighbour(of: centre, distance: $0) }
            try parts.add(content, as: storage)
        }
        return parts
    }

    private func pairs(_ join: SetJoin) throws -> [JoinPair] {
        var pairs: [JoinPair] = []
        try join.run { pairs += $0 }
        return pairs
    }

    private func check(_ join: SetJoin, _ pairs: [JoinPair], seed: UInt64 = 5)
        -> CompletenessCertificate.Sample
    {
        var sample = JoinSample(seed: seed, of: join)
        for pair in pairs {
            sample.take(pair)
        }
        return sample.check()
    }

    @Test(
        "a join's missing, extra, repeated and wrong pairs are counted",
        arguments: [false, true]
    )
    func joins(isWithin: Bool) throws {
        let left = try parts(0x5A)
        let join =
            isWithin
            ? SetJoin(within: left.parts, radius: 31, threads: 1)
            : try SetJoin(left: left.parts, right: parts(0x5A).parts, radius: 31, threads: 1)
        let right = try pairs(join)
        let sound = check(join, right)
        // Sixty rows: all of them are the sample.
        #expect(sound.size == 60 && sound.population == 60 && sound.compared == 3600)
        #expect(sound.missing == 0 && sound.extra == 0 && sound.expected == right.count)
        #expect(right.count > 500)
        var random = SplitMix64(seed: 0x5B)
        for _ in 0..<20 {
            let index = Int.random(in: right.indices, using: &random)
            let pair = right[index]
            var missing = right
            missing.remove(at: index)
            #expect(check(join, missing).missing == 1 && check(join, missing).extra == 0)
            let repeated = check(join, right + [pair])
            #expect(repeated.missing == 0 && repeated.extra == 1)
            var wrong = right
            wrong[index] = JoinPair(
                leftPart: pair.leftPart,
                leftRow: pair.leftRow,
                rightPart: pair.rightPart,
                rightRow: pair.rightRow,
                distance: pair.distance + 1
            )
            #expect(check(join, wrong).missing == 1 && check(join, wrong).extra == 1)
        }
        let far = SetJoin(
            left: join.left,
            right: join.right,
            isWithin: isWithin,
            radius: 10,
            forcing: nil,
            threads: 1,
            memory: 1 << 30,
            level: join.level
        )
        let extra = check(far, right)
        #expect(extra.missing == 0 && extra.extra == right.count { $0.distance > 10 })
    }

    @Test("the sample of a large set is a part of it, chosen by the seed alone")
    func seeds() throws {
        var random = SplitMix64(seed: 0x5C)
        var parts = try JoinedParts()
        try parts.add((0..<300).map { _ in random.fingerprint() }, as: .list)
        try parts.add((0..<500).map { _ in random.fingerprint() }, as: .untabled)
        // At 120 bits a good part of all pairs.
        let join = SetJoin(within: parts.parts, radius: 120, threads: 1)
        let all = try pairs(join)
        let samples = [1, 1, 2, 3].map { check(join, all, seed: $0) }
        #expect(samples[0] == samples[1])
        #expect(Set(samples.map(\.expected)).count == 3)
        for sample in samples {
            #expect(sample.size == JoinSample.mostRows && sample.population == 800)
            #expect(sample.compared == 800 * JoinSample.mostRows)
            #expect(sample.missing == 0 && sample.extra == 0 && sample.expected > 1000)
        }
        // Of a sample of an eighth, a loss of half the pairs is seen.
        let half = check(join, all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        #expect(half.missing > 1000 && half.extra == 0)
        let none = SetJoin(within: [], radius: 31, threads: 1)
        #expect(check(none, []).size == 0)
    }

    @Test("a search's missing, extra and repeated hits are counted")
    func searches() throws {
        var random = SplitMix64(seed: 0x5D)
        var stored = try StoredFingerprints()
        let centre = random.fingerprint()
        for _ in 0..<2 {
            try stored.add((0..<50).map { random.neighbour(of: centre, distance: $0) })
        }
        let search = RadiusSearch(segments: stored.segments)
        let probes = (0..<20).map { random.neighbour(of: centre, distance: $0) }
        func check(_ change: (Int, inout [Hit]) -> Void) throws -> CompletenessCertificate.Sample {
            var sample = SearchSample(seed: 9, of: search, radius: 25)
            for (index, probe) in probes.enumerated() {
                var hits = try search.search(probe, radius: 25)
                change(index, &hits)
                sample.take(probe, hits)
            }
            return sample.check()
        }
        let sound = try check { _, _ in }
        #expect(sound.size == 20 && sound.population == 20 && sound.compared == 2000)
        #expect(sound.missing == 0 && sound.extra == 0 && sound.expected > 200)
        for place in [0, 7, 19] {
            let missing = try check { if $0 == place { $1.removeFirst() } }
            #expect(missing.missing == 1 && missing.extra == 0)
            let repeated = try check { if $0 == place { $1.append($1[0]) } }
            #expect(repeated.missing == 0 && repeated.extra == 1)
            let far = try search.search(probes[place], radius: 60).filter { $0.distance > 25 }
            let extra = try check { if $0 == place { $1.append(far[0]) } }
            #expect(extra.missing == 0 && extra.extra == 1)
        }
    }

    @Test("of many probes as many are kept as are stated, whatever their order of coming")
    func reservoir() throws {
        var random = SplitMix64(seed: 0x5E)
        var stored = try StoredFingerprints()
        try stored.add((0..<10).map { _ in random.fingerprint() })
        let search = RadiusSearch(segments: stored.segments)
        var expected: Set<Int> = []
        for seed in 0..<8 as Range<UInt64> {
            var sample = SearchSample(seed: seed, of: search, radius: 256)
            for index in 0..<500 {
                // Every other probe lacks all its ten hits: about half of the sample tells of it.
                let hits = try search.search(random.fingerprint(), radius: 256)
                sample.take(random.fingerprint(), index % 2 == 0 ? [] : hits)
            }
            let checked = sample.check()
            #expect(checked.size == SearchSample.mostProbes && checked.population == 500)
            #expect(checked.expected == 10 * SearchSample.mostProbes)
            #expect(checked.missing > 0)
            expected.insert(checked.missing)
        }
        #expect(expected.count > 1, "each seed keeps the same probes")
    }
}
