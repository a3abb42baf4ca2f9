import CKernels
import TestSupport
import Testing

/// Every body of the join's kernels against the definition, at the counts where its path changes.
@Suite("join kernels")
struct JoinKernelTests {
    static let counts = [
        0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 66, 127, 129, 200,
    ]

    /// A pair that can be compared and ordered.
    private struct Found: Hashable, Comparable {
        var left: UInt32
        var right: UInt32
        var distance: UInt32 = 0

        static func < (first: Found, second: Found) -> Bool {
            (first.left, first.right) < (second.left, second.right)
        }
    }

    /// A table in arrays that a test can damage.
    private final class Table {
        var rows: [SearchRow]
        var directory: [UInt32]
        var extensions: [UInt32]
        var ids: [UInt32]

        /// A table of one list: `extensions` under the value.
        init(_ extensions: [UInt32], under value: Int) {
            rows = []
            self.extensions = extensions
            ids = Array(0..<UInt32(extensions.count))
            directory =
                [UInt32](repeating: 0, count: value + 1)
                + [UInt32](repeating: UInt32(extensions.count), count: 65_536 - value)
        }

        /// The table of a chunk.
        init(_ rows: [SearchRow], chunk: Int) {
            self.rows = rows
            let words = rows.flatMap(\.words)
            directory = [UInt32](repeating: 0, count: 65_537)
            extensions = [UInt32](repeating: 0, count: rows.count)
            ids = extensions
            vestige_count_postings(words, UInt32(rows.count), UInt32(chunk), &directory)
            var next = directory
            vestige_place_postings(
                words,
                UInt32(rows.count),
                UInt32(chunk),
                &next,
                &extensions,
                &ids
            )
        }

        func lend<Result>(_ body: (inout vestige_table) -> Result) -> Result {
            let words = rows.flatMap(\.words)
            return words.withUnsafeBufferPointer { words in
                directory.withUnsafeBufferPointer { directory in
                    extensions.withUnsafeBufferPointer { extensions in
                        ids.withUnsafeBufferPointer { ids in
                            var table = vestige_table(
                                directory: directory.baseAddress,
                                extensions: extensions.baseAddress,
                                row_ids: ids.baseAddress,
                                rows: words.baseAddress,
                                row_count: UInt32(extensions.count)
                            )
                            return body(&table)
                        }
                    }
                }
            }
        }
    }

    private func join(
        _ level: vestige_kernel_level,
        _ left: Table,
        _ right: Table,
        masks: [UInt16],
        limits: (UInt32, UInt32),
        chunk: Int = 0,
        thresholds: [Int8] = [Int8](repeating: -1, count: 16),
        within: Bool = false,
        capacity: Int = 64
    ) -> (pairs: [Found], counts: vestige_join_counts, damage: vestige_join_damage) {
        lend(left, right, masks, limits, chunk, thresholds, 256, within) { left, right, terms in
            var cursor = vestige_join_cursor(value: 0, mask: 0, lane: 0, single: 0)
            var counts = vestige_join_counts(lists: 0, extensions: 0)
            var damage = vestige_join_damage.VESTIGE_JOIN_SOUND
            var room = [vestige_pair](repeating: vestige_pair(left: 0, right: 0), count: capacity)
            var pairs: [Found] = []
            while cursor.value < 65_536, damage == .VESTIGE_JOIN_SOUND {
                let count = vestige_join_postings(
                    level,
                    &left,
                    &right,
                    &terms,
                    65_536,
                    &cursor,
                    &counts,
                    &room,
                    capacity,
                    &damage
                )
                pairs += room.prefix(count).map { Found(left: $0.left, right: $0.right) }
            }
            return (pairs, counts, damage)
        }
    }

    /// Lends two tables, and the terms on which they are joined.
    private func lend<Result>(
        _ left: Table,
        _ right: Table,
        _ masks: [UInt16],
        _ limits: (UInt32, UInt32),
        _ chunk: Int,
        _ thresholds: [Int8],
        _ radius: Int,
        _ within: Bool,
        _ body: (inout vestige_table, inout vestige_table, inout vestige_join_terms) -> Result
    ) -> Result {
        left.lend { left in
            right.lend { right in
                masks.withUnsafeBufferPointer { masks in
                    thresholds.withUnsafeBufferPointer { thresholds in
                        var terms = vestige_join_terms(
                            chunk: UInt32(chunk),
                            masks: masks.baseAddress,
                            mask_count: masks.count,
                            limit16: limits.0,
                            limit32: limits.1,
                            thresholds: thresholds.baseAddress,
                            radius: UInt32(radius),
                            within: within
                        )
                        return body(&left, &right, &terms)
                    }
                }
            }
        }
    }

    @Test("two lists of any length are joined as defined", arguments: SearchKernelTests.levels)
    func listsAreJoined(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0x7015)
        for leftCount in JoinKernelTests.counts {
            for rightCount in JoinKernelTests.counts where leftCount <= 66 || rightCount <= 17 {
                let centre = UInt32(truncatingIfNeeded: random.next())
                let few = random.below(8) + 1
                let left = (0..<leftCount).map { _ in
                    centre ^ random.sparse(bits: random.below(few))
                }
                let right = (0..<rightCount).map { _ in
                    centre ^ random.sparse(bits: random.below(few))
                }
                let limits = (UInt32(random.below(7) + 1), UInt32(random.below(9) + 1))
                // The right list stands under a value that differs in one bit, which is taken off.
                let found = join(
                    level,
                    Table(left, under: 6),
                    Table(right, under: 7),
                    masks: [0, 1, 2],
                    limits: limits
                )
                var expected: [Found] = []
                for (a, first) in left.enumerated() {
                    for (b, second) in right.enumerated() {
                        let x = first ^ second
                        if x.nonzeroBitCount <= limits.1 - 1,
                            (x & 0xFFFF).nonzeroBitCount <= limits.0 - 1
                        {
                            expected.append(Found(left: UInt32(a), right: UInt32(b)))
                        }
                    }
                }
                #expect(found.pairs.sorted() == expected)
                #expect(found.counts.lists == (leftCount > 0 && rightCount > 0 ? 1 : 0))
                #expect(found.counts.extensions == leftCount * rightCount)
            }
        }
    }

    @Test("a list with itself gives each unordered pair once", arguments: SearchKernelTests.levels)
    func listsAreJoinedWithThemselves(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0x5E1F)
        for count in JoinKernelTests.counts {
            let extensions = (0..<count).map { _ in random.sparse(bits: random.below(5)) }
            let table = Table(extensions, under: 0x1234)
            let found = join(
                level,
                table,
                table,
                masks: [0, 4],
                limits: (4, 5),
                within: true,
                capacity: 100
            )
            var expected: [Found] = []
            for (a, first) in extensions.enumerated() {
                for (b, second) in extensions.enumerated().dropFirst(a + 1) {
                    let x = first ^ second
                    if x.nonzeroBitCount <= 5, (x & 0xFFFF).nonzeroBitCount <= 4 {
                        expected.append(Found(left: UInt32(a), right: UInt32(b)))
                    }
                }
            }
            #expect(found.pairs.sorted() == expected)
            #expect(found.counts.extensions == count * max(0, count - 1) / 2)
        }
    }

    /// Rows whose chunks take few values, so that lists are long and near each other.
    private func crowdedRows(_ count: Int, _ random: inout SplitMix64) -> [SearchRow] {
        (0..<count).map { _ in random.row(mask: 0x0013_0025_0007_0003) }
    }

    @Test("all bodies write the same pairs of whole tables in the same order")
    func bodiesAgree() {
        var random = SplitMix64(seed: 0xB0D1)
        let (left, right) = (crowdedRows(900, &random), crowdedRows(1100, &random))
        let masks: [UInt16] = [0] + (0..<16).map { 1 << $0 } + [3, 0x0101]
        for chunk in [0, 5, 15] {
            let (a, b) = (Table(left, chunk: chunk), Table(right, chunk: chunk))
            for within in [false, true] {
                let other = within ? a : b
                let expected = join(
                    .VESTIGE_KERNEL_PORTABLE,
                    a,
                    other,
                    masks: masks,
                    limits: (4, 6),
                    within: within
                )
                #expect(Set(expected.pairs).count == expected.pairs.count)
                #expect(expected.pairs.count > 1000)
                for level in SearchKernelTests.levels {
                    for capacity in [64, 65, 5000] {
                        let found = join(
                            level,
                            a,
                            other,
                            masks: masks,
                            limits: (4, 6),
                            within: within,
                            capacity: capacity
                        )
                        #expect(found.pairs == expected.pairs)
                        #expect(found.counts.lists == expected.counts.lists)
                        #expect(found.counts.extensions == expected.counts.extensions)
                    }
                }
            }
        }
    }

    @Test("among close rows only those are kept that may be met first, and all bodies agree")
    func closeRowsAreThinnedOut() {
        var random = SplitMix64(seed: 0xC105)
        let centre = random.row()
        let left = (0..<300).map { _ in random.neighbour(of: centre, distance: random.below(40)) }
        let right = (0..<200).map { _ in random.neighbour(of: centre, distance: random.below(40)) }
        let masks: [UInt16] = [0] + (0..<16).map { 1 << $0 }
        let thresholds = [Int8](repeating: 1, count: 16)
        for chunk in [0, 1, 15] {
            let (a, b) = (Table(left, chunk: chunk), Table(right, chunk: chunk))
            a.ids[17] = 300
            b.ids[5] = .max
            for within in [false, true] {
                let other = within ? a : b
                let all = join(
                    .VESTIGE_KERNEL_PORTABLE,
                    a,
                    other,
                    masks: masks,
                    limits: (3, 5),
                    within: within
                ).pairs
                var kept: [[Found]] = []
                for level in SearchKernelTests.levels {
                    for capacity in [64, 1000] {
                        kept.append(
                            join(
                                level,
                                a,
                                other,
                                masks: masks,
                                limits: (3, 5),
                                chunk: chunk,
                                thresholds: thresholds,
                                within: within,
                                capacity: capacity
                            ).pairs
                        )
                    }
                }
                #expect(kept.allSatisfy { $0 == kept[0] })
                #expect(chunk == 0 ? kept[0] == all : kept[0].count < all.count * 9 / 10)
                // What was left out differs in too few bits of the chunk before.
                let rest = Set(all).subtracting(kept[0])
                #expect(rest.count == all.count - kept[0].count)
                let content = within ? left : right
                for pair in rest {
                    let (first, second) = (
                        left[Int(a.ids[Int(pair.left)])],
                        content[Int(other.ids[Int(pair.right)])]
                    )
                    let before = first.chunk(chunk - 1) ^ second.chunk(chunk - 1)
                    #expect(before.nonzeroBitCount <= 1)
                }
            }
        }
    }

    @Test("offsets out of order or bounds are damage", arguments: SearchKernelTests.levels)
    func damagedOffsetsAreNoticed(level: vestige_kernel_level) {
        let sound = Table([1, 2, 3], under: 9)
        for (value, offset) in [(9, UInt32(4)), (10, 4), (9, .max), (10, .max)] {
            let damaged = Table([1, 2, 3], under: 9)
            damaged.directory[value] = offset
            let left = join(level, damaged, sound, masks: [0], limits: (16, 32))
            #expect(left.damage == .VESTIGE_JOIN_LEFT_DAMAGED)
            let right = join(level, sound, damaged, masks: [0], limits: (16, 32))
            #expect(right.damage == .VESTIGE_JOIN_RIGHT_DAMAGED)
        }
        let whole = join(level, sound, sound, masks: [0], limits: (16, 32))
        #expect(whole.damage == .VESTIGE_JOIN_SOUND && whole.pairs.count == 9)
    }

    private func verify(
        _ level: vestige_kernel_level,
        _ left: Table,
        _ right: Table,
        radius: Int,
        chunk: Int,
        within: Bool = false,
        _ positions: [vestige_pair]
    ) -> (pairs: [Found], damage: vestige_join_damage) {
        let budgets = (0..<16).map { ($0 + 1) * (radius + 1) / 16 - $0 * (radius + 1) / 16 }
        var damage = vestige_join_damage.VESTIGE_JOIN_SOUND
        var room = [vestige_row_pair](
            repeating: vestige_row_pair(left: 0, right: 0, distance: 0),
            count: positions.count
        )
        let thresholds = budgets.map { Int8($0 - 1) }
        let count = lend(left, right, [0], (16, 32), chunk, thresholds, radius, within) {
            left,
            right,
            terms in
            vestige_verify_pairs(
                level,
                &left,
                &right,
                &terms,
                positions,
                positions.count,
                &room,
                &damage
            )
        }
        let pairs = room.prefix(count).map {
            Found(left: $0.left, right: $0.right, distance: $0.distance)
        }
        return (pairs, damage)
    }

    @Test("a pair is kept under its first viable start only", arguments: SearchKernelTests.levels)
    func pairsAreKeptOnce(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xF165)
        for radius in [0, 1, 7, 15, 31, 40, 64] {
            let left = (0..<20).map { _ in random.row() }
            let right = (0..<400).map {
                random.neighbour(of: left[$0 % 20], distance: $0 % (radius + 8))
            }
            let all = (0..<20).flatMap { a in
                (0..<400).map { vestige_pair(left: UInt32(a), right: UInt32($0)) }
            }
            var found: [Found] = []
            for chunk in 0..<16 {
                let (a, b) = (Table(left, chunk: chunk), Table(right, chunk: chunk))
                found += verify(level, a, b, radius: radius, chunk: chunk, all).pairs
            }
            var expected: [Found] = []
            for (a, first) in left.enumerated() {
                for (b, second) in right.enumerated() {
                    let distance = first.distance(to: second)
                    if distance <= radius {
                        expected.append(
                            Found(left: UInt32(a), right: UInt32(b), distance: distance)
                        )
                    }
                }
            }
            #expect(found.sorted() == expected)
        }
    }

    @Test("row ids out of bounds, or twice within a table, are damage")
    func damagedIDsAreNoticed() {
        var random = SplitMix64(seed: 0x1D5)
        let row = random.row()
        let rows = (0..<3).map { random.neighbour(of: row, distance: $0) }
        for level in SearchKernelTests.levels {
            let (a, b) = (Table(rows, chunk: 0), Table(rows, chunk: 0))
            let pair = [vestige_pair(left: 2, right: 1)]
            let turned = verify(level, a, a, radius: 31, chunk: 0, within: true, pair)
            #expect(turned.damage == .VESTIGE_JOIN_SOUND)
            #expect(turned.pairs.allSatisfy { $0.left < $0.right })
            a.ids[2] = 3
            #expect(
                verify(level, a, b, radius: 31, chunk: 0, pair).damage
                    == .VESTIGE_JOIN_LEFT_DAMAGED
            )
            a.ids[2] = a.ids[1]
            #expect(
                verify(level, a, a, radius: 31, chunk: 0, within: true, pair).damage
                    == .VESTIGE_JOIN_LEFT_DAMAGED
            )
            b.ids[1] = .max
            a.ids[2] = 2
            #expect(
                verify(level, a, b, radius: 31, chunk: 0, pair).damage
                    == .VESTIGE_JOIN_RIGHT_DAMAGED
            )
        }
    }

    private func scan(
        _ level: vestige_kernel_level,
        _ left: [SearchRow],
        _ leftRange: Range<Int>,
        _ right: [SearchRow],
        _ rightRange: Range<Int>,
        radius: Int,
        ascending: Bool = false,
        capacity: Int = 64
    ) -> [Found] {
        let (a, b) = (left.flatMap(\.words), right.flatMap(\.words))
        var cursor = vestige_block_cursor(left: leftRange.lowerBound, right: rightRange.lowerBound)
        var room = [vestige_row_pair](
            repeating: vestige_row_pair(left: 0, right: 0, distance: 0),
            count: capacity
        )
        var found: [Found] = []
        while cursor.right < rightRange.upperBound {
            let count = vestige_join_rows(
                level,
                a,
                leftRange.lowerBound,
                leftRange.upperBound,
                b,
                rightRange.upperBound,
                UInt32(radius),
                ascending,
                &cursor,
                &room,
                capacity
            )
            found += room.prefix(count).map {
                Found(left: $0.left, right: $0.right, distance: $0.distance)
            }
        }
        return found
    }

    /// What the definition finds, in the order of the kernels: 64 right rows after the other.
    private func definition(
        _ left: [SearchRow],
        _ leftRange: Range<Int>,
        _ right: [SearchRow],
        _ rightRange: Range<Int>,
        radius: Int,
        ascending: Bool = false
    ) -> [Found] {
        var found: [Found] = []
        for start in stride(from: rightRange.lowerBound, to: rightRange.upperBound, by: 64) {
            for a in leftRange {
                for b in start..<min(start + 64, rightRange.upperBound) where !ascending || b > a {
                    let distance = left[a].distance(to: right[b])
                    if distance <= radius {
                        found.append(Found(left: UInt32(a), right: UInt32(b), distance: distance))
                    }
                }
            }
        }
        return found
    }

    @Test("rows are compared as defined at awkward counts", arguments: SearchKernelTests.levels)
    func rowsAreCompared(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xB10C)
        let centre = random.row()
        for (leftCount, rightCount) in [
            (1, 1), (1, 63), (1, 64), (1, 65), (3, 16), (5, 130), (17, 200), (70, 70), (0, 5),
            (5, 0),
        ] {
            let left = (0..<leftCount).map { _ in
                random.neighbour(of: centre, distance: random.below(60))
            }
            let right = (0..<rightCount).map { _ in
                random.neighbour(of: centre, distance: random.below(200))
            }
            for radius in [0, 5, 6, 7, 19, 20, 31, 33, 46, 47, 60, 64, 75, 89, 128, 200, 256] {
                let expected = definition(
                    left,
                    0..<leftCount,
                    right,
                    0..<rightCount,
                    radius: radius
                )
                for capacity in [64, 100, 4096] {
                    let found = scan(
                        level,
                        left,
                        0..<leftCount,
                        right,
                        0..<rightCount,
                        radius: radius,
                        capacity: capacity
                    )
                    #expect(found == expected)
                }
            }
        }
    }

    @Test("a set is compared with itself as defined", arguments: SearchKernelTests.levels)
    func rowsAreComparedWithThemselves(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xA5CE)
        let centre = random.row()
        let rows = (0..<210).map { _ in
            random.neighbour(of: centre, distance: random.below(40))
        }
        for left in [0..<210, 0..<1, 3..<70, 64..<128, 100..<210, 209..<210] {
            for right in [0..<210, 1..<210, 50..<63, 64..<129, 200..<210, 0..<64] {
                for radius in [0, 20, 31, 40, 256] {
                    let found = scan(
                        level,
                        rows,
                        left,
                        rows,
                        right,
                        radius: radius,
                        ascending: true
                    )
                    #expect(
                        found
                            == definition(
                                rows,
                                left,
                                rows,
                                right,
                                radius: radius,
                                ascending: true
                            )
                    )
                }
            }
        }
    }

    @Test("nothing is read past the end of rows and postings", arguments: SearchKernelTests.levels)
    func nothingIsReadPastTheEnd(level: vestige_kernel_level) throws {
        var random = SplitMix64(seed: 0x6A4D)
        let centre = random.row()
        for count in JoinKernelTests.counts.dropFirst() {
            let rows = (0..<count).map { _ in
                random.neighbour(of: centre, distance: random.below(20))
            }
            let table = Table(rows, chunk: 3)
            let words = try GuardedBuffer(rows.flatMap(\.words))
            let directory = try GuardedBuffer(table.directory)
            let extensions = try GuardedBuffer(table.extensions)
            let ids = try GuardedBuffer(table.ids)
            var lent = vestige_table(
                directory: directory.elements,
                extensions: extensions.elements,
                row_ids: ids.elements,
                rows: words.elements,
                row_count: UInt32(count)
            )
            let masks: [UInt16] = [0] + (0..<16).map { 1 << $0 }
            let thresholds = [Int8](repeating: 1, count: 16)
            var room = [vestige_pair](repeating: vestige_pair(left: 0, right: 0), count: 70_000)
            var pairs = [vestige_row_pair](
                repeating: vestige_row_pair(left: 0, right: 0, distance: 0),
                count: 70_000
            )
            var cursor = vestige_join_cursor(value: 0, mask: 0, lane: 0, single: 0)
            var counts = vestige_join_counts(lists: 0, extensions: 0)
            var damage = vestige_join_damage.VESTIGE_JOIN_SOUND
            let (joined, verified) = masks.withUnsafeBufferPointer { masks in
                thresholds.withUnsafeBufferPointer { thresholds in
                    var terms = vestige_join_terms(
                        chunk: 3,
                        masks: masks.baseAddress,
                        mask_count: masks.count,
                        limit16: 3,
                        limit32: 5,
                        thresholds: thresholds.baseAddress,
                        radius: 31,
                        within: false
                    )
                    var other = lent
                    let joined = vestige_join_postings(
                        level,
                        &lent,
                        &other,
                        &terms,
                        65_536,
                        &cursor,
                        &counts,
                        &room,
                        room.count,
                        &damage
                    )
                    let verified = vestige_verify_pairs(
                        level,
                        &lent,
                        &other,
                        &terms,
                        room,
                        joined,
                        &pairs,
                        &damage
                    )
                    return (joined, verified)
                }
            }
            #expect(damage == .VESTIGE_JOIN_SOUND && cursor.value == 65_536 && verified <= joined)
            for radius in [5, 31, 100, 256] as [UInt32] {
                var block = vestige_block_cursor(left: 0, right: 0)
                let found = vestige_join_rows(
                    level,
                    words.elements,
                    0,
                    count,
                    words.elements,
                    count,
                    radius,
                    false,
                    &block,
                    &pairs,
                    pairs.count
                )
                #expect(block.right == count && found >= count)
            }
        }
    }

    @Test("distances around every radius are told apart", arguments: SearchKernelTests.levels)
    func everyRadiusIsExact(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xE5AC)
        let query = random.row()
        let rows = (0...256).map { random.neighbour(of: query, distance: $0) }
        for radius in 0...256 {
            let found = scan(level, [query], 0..<1, rows, 0..<257, radius: radius)
            #expect(found.map(\.distance) == (0...UInt32(radius)).map { $0 })
        }
    }
}
