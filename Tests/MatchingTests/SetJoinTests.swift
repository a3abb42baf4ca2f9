import CKernels
import Fingerprinting
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

@Suite("set join")
struct SetJoinTests {
    static let radii = [0, 1, 7, 8, 15, 16, 24, 31, 32, 40, 48, 63, 64, 65, 256]
    /// Why a receiver ends a join.
    private struct Enough: Error {}

    private func join(
        _ left: JoinedParts,
        _ right: JoinedParts?,
        radius: Int,
        forcing method: JoinMethod? = nil,
        threads: Int = 1,
        memory: Int = 1 << 30,
        level: vestige_kernel_level = vestige_best_kernel_level()
    ) -> SetJoin {
        SetJoin(
            left: left.parts,
            right: (right ?? left).parts,
            isWithin: right == nil,
            radius: radius,
            forcing: method,
            threads: threads,
            memory: memory,
            level: level
        )
    }

    private func pairs(_ join: SetJoin) throws -> [JoinPair] {
        var pairs: [JoinPair] = []
        let statistics = try join.run { pairs += $0 }
        #expect(statistics.counts.pairs == pairs.count)
        return pairs
    }

    /// Compares joins of all kinds with the definition, at each radius; without `right`, of `left` with
    /// itself.
    private func check(
        _ left: JoinedParts,
        _ right: JoinedParts? = nil,
        radii: [Int] = SetJoinTests.radii,
        threads: [Int] = [2]
    ) throws {
        let all =
            right.map { JoinedParts.distances(left, $0) } ?? JoinedParts.distances(within: left)
        for radius in radii {
            let expected = all.filter { $0.distance <= radius }
            for method in [.buckets, .scan, nil] as [JoinMethod?] {
                let single = try pairs(join(left, right, radius: radius, forcing: method))
                #expect(single.count == expected.count, "radius \(radius), \(method as Any)")
                #expect(single.sorted() == expected)
                for count in threads {
                    let several = try pairs(
                        join(left, right, radius: radius, forcing: method, threads: count)
                    )
                    #expect(several == single, "radius \(radius), \(count) threads")
                }
            }
        }
    }

    /// Random fingerprints, and as many that lie around them at all distances.
    private func mixed(
        _ count: Int,
        around centres: [Fingerprint],
        _ random: inout SplitMix64
    ) -> [Fingerprint] {
        (0..<count).map { number in
            number % 2 == 0
                ? random.fingerprint()
                : random.neighbour(of: centres[number % centres.count], distance: number % 70)
        }
    }

    @Test("random sets with neighbours are joined exactly", arguments: JoinedParts.Storage.allCases)
    func randomSetsAreJoined(storage: JoinedParts.Storage) throws {
        var random = SplitMix64(seed: 0x9A1D)
        let centres = (0..<5).map { _ in random.fingerprint() }
        var left = try JoinedParts()
        var right = try JoinedParts()
        try left.add(mixed(150, around: centres, &random), as: storage)
        try right.add(mixed(300, around: centres, &random), as: .tabled)
        try check(left, right)
        try check(right, left, radii: [0, 31, 48])
        try check(left)
    }

    @Test("every body of the kernels joins exactly")
    func everyLevelJoins() throws {
        var random = SplitMix64(seed: 0x1E7E)
        let centres = (0..<3).map { _ in random.fingerprint() }
        var parts = try JoinedParts()
        try parts.add(mixed(300, around: centres, &random), as: .tabled)
        try parts.add(mixed(100, around: centres, &random), as: .list)
        for method in JoinMethod.allCases {
            for radius in [7, 31, 40, 100] {
                let found = try RadiusSearchTests.levels.map { level in
                    try pairs(join(parts, nil, radius: radius, forcing: method, level: level))
                }
                #expect(found.allSatisfy { $0 == found[0] } && !found[0].isEmpty)
            }
        }
    }

    @Test("skewed data is joined exactly")
    func skewedDataIsJoined() throws {
        var random = SplitMix64(seed: 0x5CE4)
        let centres = (0..<3).map { _ in random.fingerprint() }
        let zero = Fingerprint(words: (0, 0, 0, 0))
        var parts = try JoinedParts()
        try parts.add(
            (0..<250).map { random.neighbour(of: centres[$0 % 3], distance: $0 % 45) },
            as: .tabled
        )
        // Nearly empty ones as well, as flat pictures give.
        try parts.add((0..<150).map { random.neighbour(of: zero, distance: $0 % 12) }, as: .list)
        try check(parts, threads: [1, 3])
    }

    @Test("rows that are all equal in one chunk, or wholly, are joined exactly")
    func equalChunksAreJoined() throws {
        var random = SplitMix64(seed: 0xE9A1)
        var parts = try JoinedParts()
        let rows = (0..<250).map { _ in
            Fingerprint(words: (random.next() & ~0xFFFF | 0xBEEF, 5, random.next() >> 40, 7))
        }
        try parts.add(rows.map { BitPermutation.fingerprint(ofRow: $0) }, as: .tabled)
        try check(parts, radii: [0, 15, 31, 64])
        var equal = try JoinedParts()
        try equal.add([Fingerprint](repeating: rows[0], count: 70), as: .list)
        try check(equal, radii: [0, 31])
        try check(equal, parts, radii: [0, 31, 64])
        #expect(try pairs(join(equal, nil, radius: 0)).count == 70 * 69 / 2)
    }

    @Test("empty parts, single rows and no parts at all are joined")
    func emptyPartsAreJoined() throws {
        var random = SplitMix64(seed: 0xE3B7)
        let one = random.fingerprint()
        let nothing = try JoinedParts()
        var parts = try JoinedParts()
        try check(nothing, nothing, radii: [0, 31, 65])
        try check(nothing, radii: [31])
        for storage in JoinedParts.Storage.allCases {
            try parts.add([], as: storage)
            try parts.add([one], as: storage)
        }
        try check(parts, nothing, radii: [31])
        try check(parts, parts, radii: [0, 31, 256], threads: [1, 2, 3])
        try check(parts, radii: [0, 31, 256], threads: [1, 2, 3])
    }

    @Test("several parts of every storage are joined, the same with any number of threads")
    func severalPartsAreJoined() throws {
        var random = SplitMix64(seed: 0x5E7F)
        let centres = (0..<4).map { _ in random.fingerprint() }
        var left = try JoinedParts()
        var right = try JoinedParts()
        for (number, storage) in (JoinedParts.Storage.allCases + [.tabled]).enumerated() {
            try left.add(mixed(30 + 40 * number, around: centres, &random), as: storage)
            try right.add(mixed(130 - 30 * number, around: centres, &random), as: storage)
        }
        try check(left, right, radii: [0, 8, 31, 64, 65], threads: [1, 2, 3])
        try check(left, radii: [0, 8, 31, 64, 65], threads: [1, 2, 3])
    }

    @Test("parts of another kind than the first are left out, and said to be")
    func otherKindsAreLeftOut() throws {
        var random = SplitMix64(seed: 0x07E2)
        let one = random.fingerprint()
        var parts = try JoinedParts()
        try parts.add([one], as: .list)
        try parts.add([one], as: .tabled, kind: .pdqNearest512)
        try parts.add([one], as: .tabled)
        let within = join(parts, nil, radius: 3)
        #expect(within.methods.map { $0 == nil } == [false, true, false, true, true, false])
        let found = try pairs(within)
        #expect(
            found == [
                JoinPair(leftPart: 0, leftRow: 0, rightPart: 2, rightRow: 0, distance: 0)
            ]
        )
        let statistics = try join(parts, parts, radius: 3).run { _ in }
        #expect(statistics.partPairs.count == 9 && statistics.counts.pairs == 4)
        #expect(statistics.partPairs.count { $0.method == nil } == 5)
    }

    @Test("any radius is answered")
    func anyRadiusIsAnswered() throws {
        var random = SplitMix64(seed: 0xA28)
        var parts = try JoinedParts()
        let one = random.fingerprint()
        try parts.add((0...256).map { random.neighbour(of: one, distance: $0) }, as: .list)
        var probe = try JoinedParts()
        try probe.add([one], as: .list)
        for radius in [Int.min, -1, 0, 64, 65, 255, 256, 257, Int.max] {
            let found = try pairs(join(probe, parts, radius: radius))
            #expect(found.map(\.distance) == (0...256).filter { $0 <= radius }.map(UInt32.init))
        }
    }

    @Test("little memory slices the tables that are made, and changes nothing")
    func littleMemorySlices() throws {
        var random = SplitMix64(seed: 0x5110)
        let centres = (0..<40).map { _ in random.fingerprint() }
        var parts = try JoinedParts()
        try parts.add(mixed(2500, around: centres, &random), as: .list)
        try parts.add(mixed(1500, around: centres, &random), as: .untabled)
        try parts.add(mixed(500, around: centres, &random), as: .tabled)
        for radius in [7, 31, 48] {
            let scanned = try pairs(join(parts, nil, radius: radius, forcing: .scan)).sorted()
            #expect(scanned.count > 1000)
            for memory in [Int.min, 0, 5 << 20, 1 << 30] {
                let sliced = join(parts, nil, radius: radius, forcing: .buckets, memory: memory)
                if memory <= 0 {
                    #expect(JoinPlan(sliced).units.count > 10)
                }
                let found = try pairs(sliced)
                #expect(found.sorted() == scanned)
                let several = join(
                    parts,
                    nil,
                    radius: radius,
                    forcing: .buckets,
                    threads: 3,
                    memory: memory
                )
                #expect(try pairs(several) == found)
            }
        }
    }

    @Test("lists larger than a cache are joined block by block, and exactly")
    func largeSetsAreJoinedByBlocks() throws {
        var random = SplitMix64(seed: 0xB16)
        var fingerprints = (0..<220_000).map { _ in random.fingerprint() }
        for number in 0..<3000 {
            fingerprints[number * 70] = random.neighbour(
                of: fingerprints[number * 70 + 1],
                distance: number % 60
            )
        }
        let list = FingerprintList(kind: .pdqFullResolution, fingerprints)
        let probes = FingerprintList(
            kind: .pdqFullResolution,
            (0..<40).map { fingerprints[$0 * 70] }
        )
        for radius in [15, 31, 40] {
            let buckets = SetJoin(
                left: [.list(probes)],
                right: [.list(list)],
                radius: radius,
                forcing: .buckets
            )
            let scan = SetJoin(
                left: [.list(probes)],
                right: [.list(list)],
                radius: radius,
                forcing: .scan
            )
            #expect(try pairs(buckets).sorted() == pairs(scan).sorted())
        }
        let within = SetJoin(within: [.list(list)], radius: 31)
        #expect(within.methods == [.buckets])
        let found = try pairs(within)
        #expect(Set(found).count == found.count)
        let expected = (0..<3000).filter { $0 % 60 <= 31 }
        #expect(found.count == expected.count)
        #expect(found.allSatisfy { $0.leftRow % 70 == 0 && $0.rightRow == $0.leftRow + 1 })
        // Two sets, the smaller one on either side: each of its rows finds itself and its neighbour.
        let part = FingerprintList(kind: .pdqFullResolution, fingerprints.prefix(35_000))
        let near = (0..<500).filter { $0 % 60 <= 31 }.count
        for (left, right) in [(part, list), (list, part)] {
            let join = SetJoin(left: [.list(left)], right: [.list(right)], radius: 31)
            let found = try pairs(join)
            #expect(join.methods == [.buckets] && Set(found).count == found.count)
            #expect(found.count { $0.leftRow == $0.rightRow && $0.distance == 0 } == 35_000)
            #expect(found.count { $0.leftRow + 1 == $0.rightRow } == near)
            #expect(found.count { $0.leftRow == $0.rightRow + 1 } == near)
            #expect(found.count == 35_000 + 2 * near)
        }
    }

    @Test("a receiver that throws ends the join", arguments: [1, 2, 3])
    func throwingReceiverStops(threads: Int) throws {
        var random = SplitMix64(seed: 0x7409)
        let centre = random.fingerprint()
        var parts = try JoinedParts()
        try parts.add((0..<900).map { random.neighbour(of: centre, distance: $0 % 9) }, as: .list)
        for method in JoinMethod.allCases {
            var calls = 0
            #expect(throws: Enough.self) {
                try join(parts, nil, radius: 31, forcing: method, threads: threads).run { _ in
                    calls += 1
                    throw Enough()
                }
            }
            #expect(calls == 1)
        }
    }

    @Test("more pairs than may wait are handed over", arguments: JoinMethod.allCases)
    func manyPairsAreHandedOver(method: JoinMethod) throws {
        var random = SplitMix64(seed: 0x3A9)
        let centre = random.fingerprint()
        var parts = try JoinedParts()
        try parts.add((0..<2000).map { random.neighbour(of: centre, distance: $0 % 9) }, as: .list)
        let single = try pairs(join(parts, nil, radius: 31, forcing: method))
        #expect(single.count == 2000 * 1999 / 2)
        #expect(try pairs(join(parts, nil, radius: 31, forcing: method, threads: 3)) == single)
    }

    @Test("progress grows to the whole", arguments: [1, 2])
    func progressGrows(threads: Int) throws {
        var random = SplitMix64(seed: 0x9406)
        let centres = [random.fingerprint()]
        var parts = try JoinedParts()
        try parts.add(mixed(2000, around: centres, &random), as: .tabled)
        try parts.add(mixed(300, around: centres, &random), as: .list)
        for method in JoinMethod.allCases {
            var told: [JoinProgress] = []
            let statistics = try join(parts, nil, radius: 31, forcing: method, threads: threads)
                .run(progress: { told.append($0) }, found: { _ in })
            let fractions = told.map(\.fraction)
            #expect(fractions == fractions.sorted() && fractions.last == 1)
            #expect(told.last?.pairs == statistics.counts.pairs)
        }
    }

    @Test("the schedule makes each table once, before it is used, and in turn with its neighbour")
    func scheduleIsSound() {
        for (made, radius) in [([], 31), ([.left], 7), ([.left, .right], 31), ([.right], 0)]
            as [([JoinUnit.Side], Int)]
        {
            for seconds in [0, 0.05, 100] {
                let unit = JoinUnit(
                    partPair: 0,
                    parts: (0, 0),
                    rows: (0..<9, 0..<9),
                    isWithin: false,
                    method: .buckets,
                    chunks: ProbePlan.all[radius].askedChunks,
                    made: made,
                    seconds: seconds
                )
                var schedule = JoinSchedule([unit, unit])
                var tasks: [JoinTask] = []
                while let task = schedule.next() {
                    #expect(task.number == tasks.count && task.begins <= task.number)
                    tasks.append(task)
                }
                #expect(tasks.count == 2 * unit.taskCount)
                for (place, task) in tasks.enumerated() {
                    // What may run at the same time, or before.
                    let through = tasks[..<task.begins]
                    switch task.work {
                    case .table(_, let step):
                        for other in tasks[task.begins..<place] {
                            if case .buckets(let used, _) = other.work {
                                #expect(other.unit == task.unit && (used - step) % 2 != 0)
                            }
                        }
                    case .buckets(let step, _):
                        for side in made {
                            let isMade = through.contains { earlier in
                                if case .table(side, step) = earlier.work {
                                    return earlier.unit == task.unit
                                }
                                return false
                            }
                            #expect(isMade)
                        }
                    case .scan: Issue.record("a scan among lists")
                    }
                }
                var covered = [Int](repeating: 0, count: 16)
                for task in tasks where task.unit == 1 {
                    if case .buckets(let step, let values) = task.work {
                        covered[step] += values.count
                    }
                }
                #expect(covered.prefix(unit.chunks.count).allSatisfy { $0 == 65_536 })
            }
        }
    }
}
