import CKernels
import TestSupport
import Testing

/// Every body of the search kernels against the definition, at the counts where its path changes.
@Suite("search kernels")
struct SearchKernelTests {
    static let levels: [vestige_kernel_level] = [
        .VESTIGE_KERNEL_PORTABLE, .VESTIGE_KERNEL_POPCNT, .VESTIGE_KERNEL_AVX2,
        .VESTIGE_KERNEL_AVX512,
    ].filter {
        $0.rawValue <= vestige_best_kernel_level().rawValue
    }

    @Test(
        "the scan equals the definition at awkward counts",
        arguments: SearchKernelTests.levels,
        [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 101, 1000]
    )
    func scanEqualsDefinition(level: vestige_kernel_level, count: Int) {
        var random = SplitMix64(seed: 0x5CA4 + UInt64(count))
        let query = random.row()
        let rows = (0..<count).map { _ in random.neighbour(of: query, distance: random.below(257)) }
        for radius in [0, 1, 31, 64, 127, 128, 255, 256, 1000] as [UInt32] {
            var expected: [SearchHit] = []
            for (index, row) in rows.enumerated() {
                let distance = row.distance(to: query)
                if distance <= radius {
                    expected.append(SearchHit(row: UInt32(index), distance: distance))
                }
            }
            for capacity in [1, 7, 8, 9, 1024] {
                #expect(scan(level, rows, query, radius, capacity) == expected)
            }
        }
    }

    @Test("the scan finds every distance from 0 to 256", arguments: SearchKernelTests.levels)
    func scanFindsEveryDistance(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xD157)
        let query = random.row()
        let rows = (0...256).map { random.neighbour(of: query, distance: $0) }
        for radius in 0...256 {
            let hits = scan(level, rows, query, UInt32(radius), 64)
            #expect(hits.map(\.distance) == (0...UInt32(radius)).map { $0 })
        }
    }

    @Test("the posting filter equals the definition", arguments: SearchKernelTests.levels)
    func filterEqualsDefinition(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xF117)
        let query = UInt32(truncatingIfNeeded: random.next())
        let extensions = (0..<3000).map { _ in query ^ random.sparse(bits: random.below(14)) }
        let limits =
            [(0, 0), (0, 5), (3, 5), (5, 3), (16, 32), (2, 32), (7, 9)] as [(UInt32, UInt32)]
        // Lists of all lengths from 0 to 70, some of them overlapping, in no order.
        let lists = (0..<7 * 71).map { number in
            let start = UInt32(random.below(extensions.count - number % 71 + 1))
            return vestige_list(start: start, end: start + UInt32(number % 71))
        }
        // Groups with different limits; one of them is empty, and so is the last.
        let ends = [71, 72, 150, 150, 300, 497, 497]
        extensions.withUnsafeBufferPointer { extensions in
            let groups = zip(ends, limits).enumerated().map { chunk, group in
                vestige_list_group(
                    directory: nil,
                    extensions: extensions.baseAddress,
                    // Only asked for, never read.
                    row_ids: extensions.baseAddress,
                    masks: nil,
                    end: group.0,
                    chunk: UInt32(chunk),
                    value: 0,
                    query_extension: query ^ UInt32(chunk % 2),
                    limit16: group.1.0,
                    limit32: group.1.1
                )
            }
            var expected: [SearchCandidate] = []
            for (number, group) in groups.enumerated() {
                for list in lists[(number == 0 ? 0 : ends[number - 1])..<ends[number]] {
                    for position in list.start..<list.end {
                        let x = extensions[Int(position)] ^ group.query_extension
                        if x.nonzeroBitCount <= group.limit32,
                            (x & 0xFFFF).nonzeroBitCount <= group.limit16
                        {
                            expected.append(SearchCandidate(UInt32(number), position))
                        }
                    }
                }
            }
            for capacity in [1, 7, 8, 15, 16, 17, 31, 32, 33, 4000] {
                var found: [SearchCandidate] = []
                var cursor = vestige_cursor(group: 0, list: 0, position: 0)
                var candidates = [vestige_candidate](
                    repeating: vestige_candidate(group: 0, position: 0),
                    count: capacity
                )
                while cursor.group < groups.count {
                    let count = vestige_filter_postings(
                        level,
                        groups,
                        groups.count,
                        lists,
                        &cursor,
                        &candidates,
                        capacity
                    )
                    found += candidates.prefix(count).map { SearchCandidate($0.group, $0.position) }
                }
                #expect(found == expected)
            }
        }
    }

    @Test("a table lists every row once, under its chunk and with the bits after it")
    func tablesListEveryRow() {
        var random = SplitMix64(seed: 0x7AB1)
        // Few values of each chunk, so that the lists have several rows.
        let rows = (0..<500).map { _ in random.row(mask: 0x0007_0007_0007_0007) }
        let words = rows.flatMap(\.words)
        for chunk in 0..<16 {
            var directory = [UInt32](repeating: 9, count: 65_537)
            vestige_count_postings(words, 500, UInt32(chunk), &directory)
            var next = directory
            var extensions = [UInt32](repeating: 0, count: 500)
            var ids = extensions
            vestige_place_postings(words, 500, UInt32(chunk), &next, &extensions, &ids)
            #expect(directory.first == 0 && directory.last == 500)
            let byValue = Dictionary(grouping: rows.indices) { rows[$0].chunk(chunk) }
            for value in 0..<16 {
                let list = Int(directory[value])..<Int(directory[value + 1])
                #expect(ids[list].map { Int($0) } == byValue[UInt32(value), default: []])
                for position in list {
                    let row = rows[Int(ids[position])]
                    #expect(extensions[position] & 0xFFFF == row.chunk((chunk + 1) % 16))
                    #expect(extensions[position] >> 16 == row.chunk((chunk + 2) % 16))
                }
            }
            #expect(directory[16...].allSatisfy { $0 == 500 })
            #expect(vestige_check_table(words, 500, UInt32(chunk), directory, extensions, ids))
            ids.swapAt(3, 4)
            #expect(!vestige_check_table(words, 500, UInt32(chunk), directory, extensions, ids))
            ids.swapAt(3, 4)
            extensions[77] ^= 1 << 20
            #expect(!vestige_check_table(words, 500, UInt32(chunk), directory, extensions, ids))
        }
    }

    @Test("lists are looked up, and a directory that is out of order or bounds is refused")
    func listsAreLookedUp() {
        let extensions = (0..<UInt32(10)).map { $0 + 100 }
        var directory = [UInt32](repeating: 0, count: 65_537)
        for value in 6...65_536 {
            directory[value] = 10
        }
        /// The damaged chunk, or -1, and what was found.
        func find(_ directory: [UInt32]) -> (Int32, [[UInt32]], UInt64) {
            var lists = [vestige_list](repeating: vestige_list(start: 7, end: 7), count: 3)
            var postings: UInt64 = 0
            let masks: [UInt16] = [0, 1, 0x8000]
            let result = directory.withUnsafeBufferPointer { directory in
                masks.withUnsafeBufferPointer { masks in
                    // The extensions are only asked for: any memory will do.
                    let extensions = directory.baseAddress
                    // The last value as well, whose list ends where the table does.
                    let groups = [(1, 5, 3), (3, 0x7FFF, 9)].map { end, value, chunk in
                        vestige_list_group(
                            directory: directory.baseAddress,
                            extensions: extensions,
                            row_ids: nil,
                            masks: masks.baseAddress.map { $0 + (end == 1 ? 0 : 1) },
                            end: end,
                            chunk: UInt32(chunk),
                            value: UInt16(value),
                            query_extension: 0,
                            limit16: 0,
                            limit32: 0
                        )
                    }
                    return vestige_find_lists(groups, 2, 10, &lists, &postings)
                }
            }
            return (result, lists.map { [$0.start, $0.end] }, postings)
        }
        #expect(find(directory) == (-1, [[0, 10], [10, 10], [10, 10]], 10))
        directory[5] = 11
        #expect(find(directory).0 == 3)
        directory[5] = 0
        directory[6] = 11
        #expect(find(directory).0 == 3)
        directory[6] = 10
        directory[65_536] = 9
        #expect(find(directory).0 == 9)
        #expect(vestige_first_extension(extensions, vestige_list(start: 3, end: 4)) == 103)
        #expect(vestige_first_extension(extensions, vestige_list(start: 10, end: 10)) == 0)
    }

    @Test(
        "a candidate is kept under its first viable start only",
        arguments: SearchKernelTests.levels
    )
    func candidatesAreKeptOnce(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xF157)
        let query = random.row()
        for radius in [0, 1, 7, 15, 20, 31, 40, 64] {
            let budgets = (0..<16).map { ($0 + 1) * (radius + 1) / 16 - $0 * (radius + 1) / 16 }
            let thresholds = budgets.map { Int8($0 - 1) }
            let rows = (0..<400).map { random.neighbour(of: query, distance: $0 % (radius + 8)) }
            let words = rows.flatMap(\.words)
            var times = [Int](repeating: 0, count: rows.count)
            for chunk in 0..<16 {
                var hits = [vestige_hit](repeating: vestige_hit(row: 0, distance: 0), count: 400)
                let count = verify(level, words, query, thresholds, radius, chunk, ids: nil, &hits)
                for hit in hits.prefix(count) {
                    times[Int(hit.row)] += 1
                    let row = rows[Int(hit.row)]
                    #expect(hit.distance == row.distance(to: query))
                    // The tables hold the row in the list that is probed for this chunk.
                    let differing = (row.chunk(chunk) ^ query.chunk(chunk)).nonzeroBitCount
                    #expect(differing <= thresholds[chunk])
                }
            }
            #expect(times == rows.map { $0.distance(to: query) <= radius ? 1 : 0 })
        }
        var hit = vestige_hit(row: 0, distance: 0)
        let budgets = [Int8](repeating: 1, count: 16)
        var one = [hit]
        let outside = verify(level, query.words, query, budgets, 31, 6, ids: [1], &one)
        #expect(outside == -7)
        hit = one[0]
        #expect(hit.row == 0 && hit.distance == 0)
    }

    /// Verifies every row under one chunk, named by `ids`, or in their order.
    private func verify(
        _ level: vestige_kernel_level,
        _ words: [UInt64],
        _ query: SearchRow,
        _ thresholds: [Int8],
        _ radius: Int,
        _ chunk: Int,
        ids: [UInt32]?,
        _ hits: inout [vestige_hit]
    ) -> Int {
        let count = words.count / 4
        let ids = ids ?? (0..<UInt32(count)).map { $0 }
        return ids.withUnsafeBufferPointer { ids in
            let group = vestige_list_group(
                directory: nil,
                extensions: nil,
                row_ids: ids.baseAddress,
                masks: nil,
                end: 0,
                chunk: UInt32(chunk),
                value: 0,
                query_extension: 0,
                limit16: 0,
                limit32: 0
            )
            // The second of two groups, so that the group counts and not its place.
            return vestige_verify_candidates(
                level,
                words,
                UInt32(count),
                query.words,
                thresholds,
                UInt32(radius),
                [group, group],
                (0..<UInt32(count)).map { vestige_candidate(group: 1, position: $0) },
                count,
                &hits
            )
        }
    }

    private func scan(
        _ level: vestige_kernel_level,
        _ rows: [SearchRow],
        _ query: SearchRow,
        _ radius: UInt32,
        _ capacity: Int
    ) -> [SearchHit] {
        let words = rows.flatMap(\.words)
        var found: [SearchHit] = []
        var next = 0
        var hits = [vestige_hit](repeating: vestige_hit(row: 0, distance: 0), count: capacity)
        repeat {
            let count = vestige_scan_rows(
                level,
                words,
                rows.count,
                query.words,
                radius,
                &next,
                &hits,
                capacity
            )
            found += hits.prefix(count).map { SearchHit(row: $0.row, distance: $0.distance) }
        } while next < rows.count
        return found
    }
}
