import CKernels
import Fingerprinting
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

@Suite("radius search")
struct RadiusSearchTests {
    static let radii = [0, 1, 2, 7, 8, 15, 16, 24, 31, 32, 40, 47, 48, 63, 64]
    static let levels: [vestige_kernel_level] = [
        .VESTIGE_KERNEL_PORTABLE, .VESTIGE_KERNEL_POPCNT, .VESTIGE_KERNEL_AVX2,
        .VESTIGE_KERNEL_AVX512,
    ].filter { $0.rawValue <= vestige_best_kernel_level().rawValue }

    /// Compares both methods with the definition, for each probe and radius.
    private func check(
        _ stored: borrowing StoredFingerprints,
        probes: [Fingerprint],
        radii: [Int] = RadiusSearchTests.radii,
        level: vestige_kernel_level = vestige_best_kernel_level()
    ) throws {
        let segments = stored.segments
        let tables = RadiusSearch(segments: segments, forcing: .tables, level: level)
        let scan = RadiusSearch(segments: segments, forcing: .scan, level: level)
        let free = RadiusSearch(segments: segments)
        for probe in probes {
            for radius in radii {
                let expected = stored.definition(probe, radius: radius)
                let hits = try tables.search(probe, radius: radius)
                #expect(
                    hits.count == expected.count,
                    "radius \(radius): a hit twice, or one missing"
                )
                #expect(Set(hits.map(StoredFingerprints.Found.init)) == expected)
                #expect(hits == hits.sorted())
                #expect(try scan.search(probe, radius: radius) == hits)
                #expect(try free.search(probe, radius: radius) == hits)
                for hit in hits {
                    #expect(segments[hit.segment].fingerprint(ofRow: hit.row) == hit.fingerprint)
                }
            }
        }
    }

    @Test(
        "neighbours at every distance are found among random fingerprints",
        arguments: RadiusSearchTests.levels
    )
    func neighboursAreFound(level: vestige_kernel_level) throws {
        var random = SplitMix64(seed: 0x4E16)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        var fingerprints = (0..<1500).map { _ in random.fingerprint() }
        for distance in 0...66 {
            for _ in 0..<4 {
                fingerprints.append(random.neighbour(of: probe, distance: distance))
            }
        }
        try stored.add(fingerprints)
        try check(
            stored,
            probes: [probe, random.fingerprint(), fingerprints[7]],
            radii: Array(0...66),
            level: level
        )
    }

    @Test("changes that gather in few chunks are found")
    func gatheredChangesAreFound() throws {
        var random = SplitMix64(seed: 0x6A7E)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        let row = BitPermutation.row(of: probe)
        var fingerprints: [Fingerprint] = []
        // Rows that differ in runs of neighbouring bits: whole chunks differ, others not at all.
        for length in 0...64 {
            for start in stride(from: 0, to: 256, by: 13) {
                var words = [row.words.0, row.words.1, row.words.2, row.words.3]
                for bit in (start..<(start + length)).map({ $0 % 256 }) {
                    words[bit / 64] ^= 1 << UInt64(bit % 64)
                }
                let changed = Fingerprint(words: (words[0], words[1], words[2], words[3]))
                fingerprints.append(BitPermutation.fingerprint(ofRow: changed))
            }
        }
        try stored.add(fingerprints)
        try check(stored, probes: [probe])
    }

    @Test("skewed data is searched exactly")
    func skewedDataIsSearched() throws {
        var random = SplitMix64(seed: 0x5CE3)
        var stored = try StoredFingerprints()
        let centres = (0..<4).map { _ in random.fingerprint() }
        var fingerprints: [Fingerprint] = []
        for index in 0..<1600 {
            let distance = Int.random(in: 0...90, using: &random)
            fingerprints.append(random.neighbour(of: centres[index % 4], distance: distance))
        }
        // Nearly empty ones as well, as flat pictures give.
        let zero = Fingerprint(words: (0, 0, 0, 0))
        for index in 0..<400 {
            fingerprints.append(random.neighbour(of: zero, distance: index % 20))
        }
        try stored.add(fingerprints)
        try check(
            stored,
            probes: [
                centres[0], fingerprints[9], zero,
                Fingerprint(hex: String(repeating: "f", count: 64)) ?? zero,
            ]
        )
    }

    @Test("empty, tiny and several segments are searched, and other kinds left out")
    func severalSegmentsAreSearched() throws {
        var random = SplitMix64(seed: 0x5E7E)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        try check(stored, probes: [probe], radii: [0, 31])
        #expect(try RadiusSearch(segments: []).search(probe, radius: 64).isEmpty)
        try stored.add([])
        try stored.add([probe])
        try stored.add([probe, random.neighbour(of: probe, distance: 3), random.fingerprint()])
        try stored.add((0..<700).map { random.neighbour(of: probe, distance: $0 % 100) })
        try check(stored, probes: [probe, random.fingerprint()])
        let hits = try RadiusSearch(segments: stored.segments).search(probe, radius: 0)
        #expect(hits.map(\.segment) == [1, 2, 3])
        try stored.add([probe], kind: .pdqNearest512)
        var statistics = SearchStatistics()
        let search = RadiusSearch(segments: stored.segments)
        #expect(try search.search(probe, radius: 0, statistics: &statistics) == hits)
        #expect(statistics.methods.count == 5 && statistics.methods[4] == nil)
        let others = RadiusSearch(segments: stored.segments, kind: .pdqNearest512)
        #expect(try others.search(probe, radius: 0).map(\.segment) == [4])
    }

    @Test("any radius is answered: below 0 with nothing, above 64 by comparing all rows")
    func anyRadiusIsAnswered() throws {
        var random = SplitMix64(seed: 0xA27)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        try stored.add((0...256).map { random.neighbour(of: probe, distance: $0) })
        let search = RadiusSearch(segments: stored.segments, forcing: .tables)
        for radius in [Int.min, -1, 65, 100, 255, 256, 257, Int.max] {
            let hits = try search.search(probe, radius: radius)
            #expect(hits.map(\.distance) == Array(0...256).filter { $0 <= radius })
        }
    }

    @Test("equal distances are ordered by the fingerprint's digits")
    func ordersByDigits() throws {
        var random = SplitMix64(seed: 0x02DE)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        try stored.add((0..<300).map { _ in random.neighbour(of: probe, distance: 5) })
        let hits = try RadiusSearch(segments: stored.segments).search(probe, radius: 5)
        let digits = hits.map(\.fingerprint.hex)
        #expect(digits.count == 300 && digits == digits.sorted())
    }

    @Test("statistics say for every segment what was done, and why")
    func statisticsTell() throws {
        var random = SplitMix64(seed: 0x57A7)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        try stored.add(
            (0..<1000).map { random.neighbour(of: probe, distance: $0 < 5 ? 20 : 100) }
        )
        try stored.add([probe], kind: .pdqNearest512)
        try stored.add([])
        var statistics = SearchStatistics()
        let tables = RadiusSearch(segments: stored.segments, forcing: .tables)
        _ = try tables.search(probe, radius: 31, statistics: &statistics)
        #expect(statistics.methods == [.tables, nil, .scan])
        #expect(statistics.lists == 272 && statistics.scannedRows == 0)
        let first = try #require(statistics.segments[0])
        #expect(first.reason == .forced && first.hits == 5 && !first.isAnnounced)
        #expect(first.postings >= first.candidates && first.candidates >= 5)
        #expect(first.comparedRows == first.candidates)
        #expect(try #require(first.tablesEstimate) > 0 && first.scanEstimate > 0)
        #expect(first.microseconds > 0)
        #expect(statistics.segments[1] == nil)
        #expect(statistics.segments[2]?.reason == .noTables)

        statistics = SearchStatistics()
        let scan = RadiusSearch(segments: stored.segments, forcing: .scan)
        _ = try scan.search(probe, radius: 31, statistics: &statistics)
        let scanned = try #require(statistics.segments[0])
        #expect(scanned.method == .scan && scanned.reason == .forced && scanned.hits == 5)
        #expect(scanned.scannedRows == 1000 && scanned.comparedRows == 1000)
        #expect(scanned.lists == 0 && scanned.postings == 0 && scanned.candidates == 0)

        statistics = SearchStatistics()
        _ = try tables.search(probe, radius: 100, statistics: &statistics)
        let large = try #require(statistics.segments[0])
        #expect(large.method == .scan && large.reason == .radius && large.tablesEstimate == nil)
        #expect(large.hits == 1000)

        statistics = SearchStatistics()
        _ = try RadiusSearch(segments: stored.segments)
            .search(probe, radius: 31, statistics: &statistics)
        let chosen = try #require(statistics.segments[0])
        #expect(chosen.method == .scan && chosen.reason == .estimated)
        #expect(try #require(chosen.tablesEstimate) > chosen.scanEstimate)
        // A second search is added to the first one.
        _ = try tables.search(probe, radius: 31, statistics: &statistics)
        #expect(statistics.segments.count == 6 && statistics.lists == 272)
    }

    @Test("what is asked from the disk changes nothing", arguments: [0, 31, 64])
    func announcingChangesNothing(radius: Int) throws {
        var random = SplitMix64(seed: 0xD15C)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        // More candidates than one piece of them holds.
        try stored.add((0..<3000).map { random.neighbour(of: probe, distance: $0 % 70) })
        func search(announces: Bool) throws -> (hits: [Hit], statistics: SegmentStatistics?) {
            var statistics = SearchStatistics()
            let search = RadiusSearch(
                segments: stored.segments,
                forcing: .tables,
                level: vestige_best_kernel_level(),
                announces: announces
            )
            let hits = try search.search(probe, radius: radius, statistics: &statistics)
            return (hits, statistics.segments[0])
        }
        let (with, without) = (try search(announces: true), try search(announces: false))
        #expect(with.hits == without.hits && !with.hits.isEmpty)
        #expect(with.statistics?.isAnnounced == true)
        #expect(without.statistics?.isAnnounced == false)
        #expect(with.statistics?.candidates == without.statistics?.candidates)
    }

    @Test("data that piles up in the lists is scanned instead")
    func piledUpDataIsScanned() throws {
        var random = SplitMix64(seed: 0x911E)
        var stored = try StoredFingerprints()
        let centre = random.fingerprint()
        // All within a few bits: every list of the centre holds a good part of all rows.
        try stored.add((0..<40_000).map { _ in random.neighbour(of: centre, distance: 6) })
        let search = RadiusSearch(segments: stored.segments)
        #expect(search.method(for: stored.segments[0], radius: 7) == .tables)
        var statistics = SearchStatistics()
        let hits = try search.search(centre, radius: 7, statistics: &statistics)
        #expect(hits.count == stored.segments[0].rows)
        let figures = try #require(statistics.segments[0])
        #expect(figures.method == .scan && figures.reason == .piledUp)
        // What was found out before the scan is told, too.
        #expect(figures.lists > 0 && figures.postings > 0 && figures.candidates == 0)
        #expect(figures.hits == hits.count)
    }
}
