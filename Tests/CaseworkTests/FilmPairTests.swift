import Fingerprinting
import Indexing
import Matching
import TestSupport
import Testing

@testable import Casework

@Suite("Pairs of films' pictures, sorted and gathered")
struct FilmPairTests {
    /// Pairs with fields that are small, so that many are equal, or as large as they can be.
    private func pair(_ random: inout SplitMix64) -> FilmPairSorter.Pair {
        func number(_ largest: UInt64) -> UInt64 {
            random.next() % 4 == 0 ? largest - random.next() % 2 : random.next() % 3
        }
        return FilmPairSorter.Pair(
            leftItem: number(Occurrence.largestItem),
            rightItem: number(Occurrence.largestItem),
            leftTime: Int64(number(UInt64(Occurrence.latestMilliseconds))),
            leftSpan: UInt32(number(UInt64(Occurrence.longestSpanMilliseconds))),
            rightTime: Int64(number(UInt64(Occurrence.latestMilliseconds))),
            rightSpan: UInt32(number(UInt64(Occurrence.longestSpanMilliseconds))),
            distance: Int(number(64)),
            turn: Turn.allCases[Int(random.next() % 8)],
            leftRow: RowPlace(
                part: UInt32(number(UInt64(UInt32.max))),
                row: UInt32(number(UInt64(UInt32.max)))
            )
        )
    }

    private func key(_ pair: FilmPairSorter.Pair) -> [UInt64] {
        [
            pair.leftItem, pair.rightItem, UInt64(pair.leftTime), UInt64(pair.distance),
            UInt64(pair.rightTime), UInt64(pair.rightSpan), UInt64(pair.leftSpan),
            UInt64(pair.turn.rawValue), UInt64(pair.leftRow.part), UInt64(pair.leftRow.row),
        ]
    }

    @Test("every field comes back as it was, in order", arguments: [0, 64 << 20])
    func sorted(memory: Int) throws {
        var random = SplitMix64(seed: 0x9A12)
        let folder = try TemporaryFolder()
        let pairs = (0..<3_000).map { _ in pair(&random) }
        var sorter = FilmPairSorter(memory: memory, folder: folder.path)
        for pair in pairs { try sorter.append(pair) }
        #expect(sorter.count == pairs.count)
        var told: [FilmPairSorter.Pair] = []
        try sorter.forEach { told.append($0) }
        let expected = pairs.sorted { key($0).lexicographicallyPrecedes(key($1)) }
        let isSame = told == expected
        #expect(isSame)
    }

    /// Pairs of two films, in the order in which a sorter gives them: of each left picture so many.
    private func film(_ counts: [Int], segments: UInt32) -> [FilmPairSorter.Pair] {
        var pairs: [FilmPairSorter.Pair] = []
        for (number, count) in counts.enumerated() {
            for right in 0..<count {
                pairs.append(
                    FilmPairSorter.Pair(
                        leftItem: 1,
                        rightItem: 2,
                        leftTime: Int64(number / 2) * 1_000,
                        leftSpan: 10,
                        rightTime: Int64(right) * 900,
                        rightSpan: 20,
                        distance: 5 + right / 16,
                        turn: number % 3 == 0 ? .flipX : .none,
                        // Two pictures at each moment; the numbers of their rows say nothing.
                        leftRow: RowPlace(
                            part: UInt32(number) % segments,
                            row: UInt32(number) / segments
                        )
                    )
                )
            }
        }
        return pairs.sorted { key($0).lexicographicallyPrecedes(key($1)) }
    }

    /// What a group keeps: left number, right time and distance, by turn.
    private func kept(
        _ counts: [Int],
        limit: Int = FilmPairGroup.maximumPairs,
        segments: UInt32 = 1
    ) -> (pairs: [Turn: [FilmPair]], fingerprints: [Fingerprint]) {
        var group = FilmPairGroup(limit: limit)
        for pair in film(counts, segments: segments) {
            group.add(pair)
            // One that is told twice is one.
            group.add(pair)
        }
        return group.contents { row in
            let number = UInt64(row.row) * UInt64(segments) + UInt64(row.part)
            // Neighbours in a moment have falling numbers.
            return BitPermutation.fingerprint(
                ofRow: Fingerprint(words: (0, 0, 0, 1_000 - number))
            )
        }
    }

    private func byPicture(_ pairs: [Turn: [FilmPair]]) -> [Int: [Int]] {
        Dictionary(grouping: pairs.values.joined(), by: \.left).mapValues { pairs in
            pairs.map { $0.right / 900 }.sorted()
        }
    }

    @Test(
        "of each picture the 64 nearest are kept, under their turn; pictures are numbered by time"
    )
    func nearest() {
        let counts = [1, 70, 64, 3, 200, 2]
        let (pairs, fingerprints) = kept(counts)
        // At each moment the second picture has the lower fingerprint.
        let order = [1, 0, 3, 2, 5, 4]
        let words = fingerprints.map { BitPermutation.row(of: $0).words.3 }
        #expect(words == order.map { 1_000 - UInt64($0) })
        var expected: [Int: [Int]] = [:]
        for (number, picture) in order.enumerated() {
            expected[number] = Array(0..<min(64, counts[picture]))
        }
        #expect(byPicture(pairs) == expected)
        #expect(Set(pairs.keys) == [.flipX, .none])
        #expect(Set((pairs[.flipX] ?? []).map(\.left)) == [1, 2])
        let first = pairs[.none]?.first { $0.left == 4 }
        #expect(first?.leftSpan == 2_000...2_010 && first?.rightSpan == 0...20)
        #expect(first?.distance == 5)
    }

    @Test("if there are too many, fewer of each picture are kept, then fewer moments")
    func thinned() {
        let counts = [Int](repeating: 64, count: 20)
        // 20 pictures of 16 pairs are 320, of 8 they are 160.
        let (some, _) = kept(counts, limit: 319)
        #expect(
            byPicture(some) == Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, Array(0..<8)) })
        )
        // With one pair of each picture there are 20; every fourth of ten moments has two pictures.
        let (few, _) = kept(counts, limit: 7)
        #expect(Set(byPicture(few).keys) == [0, 1, 8, 9, 16, 17])
        #expect(byPicture(few).values.allSatisfy { $0 == [0] })
        // Even where nothing is left to thin, it ends.
        let (one, _) = kept([64, 64], limit: 0)
        #expect(byPicture(one).count == 2)
    }

    @Test("what is kept does not depend on the rows")
    func rows() {
        let counts = (0..<40).map { 1 + $0 * 7 % 90 }
        for limit in [20, 300, 1 << 18] {
            let (first, second) = (
                kept(counts, limit: limit), kept(counts, limit: limit, segments: 3)
            )
            #expect(first.fingerprints == second.fingerprints)
            for turn in Turn.allCases {
                #expect(Set(first.pairs[turn] ?? []) == Set(second.pairs[turn] ?? []))
            }
        }
    }
}
