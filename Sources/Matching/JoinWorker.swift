import CKernels
import Indexing

/// Does tasks of a join: what one thread needs.
///
/// Not to be shared; its tables are, under the schedule's rules.
final class JoinWorker {
    /// Pairs that are collected before they are handed over: 1.3 MB.
    private static let pieceCount = 65_536
    /// Candidates that are collected before they are verified: they stay in the second cache.
    private static let candidateCount = 8192
    /// Inner rows from which on the lists are joined block by block, since they fit no near cache; and
    /// outer rows, since a few lists meet the inner ones nowhere twice.
    private static let blockedInnerRows = 200_000
    private static let blockedOuterRows = 30_000

    private let join: SetJoin
    private let units: [JoinUnit]
    private let tables: JoinTables
    private let positions = UnsafeMutableBufferPointer<vestige_pair>.allocate(
        capacity: candidateCount
    )
    private let rowPairs = UnsafeMutableBufferPointer<vestige_row_pair>.allocate(
        capacity: candidateCount
    )
    private var pairs: [JoinPair] = []

    init(_ join: SetJoin, units: [JoinUnit], tables: JoinTables) {
        self.join = join
        self.units = units
        self.tables = tables
    }

    deinit {
        positions.deallocate()
        rowPairs.deallocate()
    }

    /// Does a task.
    ///
    /// - Parameter found: gets the pairs in pieces; it throws to end the task.
    /// - Returns: what was done.
    /// - Throws: ``IndexFault`` for a damaged part, or what `found` throws.
    func perform(
        _ task: JoinTask,
        found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws -> JoinStatistics.Counts {
        var counts = JoinStatistics.Counts()
        let unit = units[task.unit]
        switch task.work {
        case .table(let side, let step): try make(side, step, unit)
        case .buckets(let step, let values):
            try joinBuckets(step, values, unit, &counts, found)
        case .scan(let left, let right): try scan(left, right, unit, &counts, found)
        }
        try flush(found)
        return counts
    }

    // MARK: Tables

    private func make(
        _ side: JoinUnit.Side,
        _ step: Int,
        _ unit: JoinUnit
    ) throws(IndexFault) {
        let (part, range) =
            side == .left
            ? (join.left[unit.leftPart], unit.leftRows)
            : (join.right[unit.rightPart], unit.rightRows)
        try part.checkRows(range)
        part.withRows { rows in
            if let rows {
                tables[side, step].make(
                    of: rows + 4 * range.lowerBound,
                    count: range.count,
                    chunk: unit.chunks[step]
                )
            }
        }
    }

    /// Lends a side's table of a chunk: the one on disk, or the one that was made.
    private func withTable(
        _ side: JoinUnit.Side,
        _ step: Int,
        _ unit: JoinUnit,
        _ body: (vestige_table) throws -> Void
    ) throws {
        let chunk = unit.chunks[step]
        let part = side == .left ? join.left[unit.leftPart] : join.right[unit.rightPart]
        if case .segment(let segment) = part, segment.hasTables {
            try segment.withContents { contents in
                try body(
                    vestige_table(
                        directory: contents.directory(chunk),
                        extensions: contents.extensions(chunk),
                        row_ids: contents.rowIDs(chunk),
                        rows: contents.rows,
                        row_count: contents.rowCount
                    )
                )
            }
        } else {
            let range = side == .left ? unit.leftRows : unit.rightRows
            // Within a set there is one table for both sides.
            let made = tables[unit.isWithin ? .left : side, step]
            try part.withRows { rows in
                if let rows {
                    try body(made.table(of: rows + 4 * range.lowerBound))
                }
            }
        }
    }

    // MARK: Lists against lists

    private func joinBuckets(
        _ step: Int,
        _ values: Range<Int>,
        _ unit: JoinUnit,
        _ counts: inout JoinStatistics.Counts,
        _ found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws {
        let plan = ProbePlan.all[join.radius]
        let chunk = unit.chunks[step]
        let most = Int(plan.thresholds[chunk])
        try withTable(.left, step, unit) { left in
            try withTable(.right, step, unit) { right in
                let lists = JoinLists(
                    (left, join.left[unit.leftPart]),
                    (right, join.right[unit.rightPart]),
                    chunk: chunk,
                    unit: unit
                )
                lists.announceRows(
                    candidateShare: plan.candidateShare,
                    step: step,
                    values: values
                )
                guard lists.inner.row_count > JoinWorker.blockedInnerRows,
                    lists.outer.row_count > JoinWorker.blockedOuterRows
                else {
                    let masks = JoinMasks.whole[most][0]
                    lists.announce(values, masks)
                    try joinLists(lists, values, masks, plan, &counts, found)
                    return
                }
                lists.announceTables(before: values)
                let blocks = JoinMasks.blocks[most]
                for block in stride(from: values.lowerBound, to: values.upperBound, by: 256) {
                    lists.announce(after: block, blocks)
                    for masks in blocks {
                        // Within a set a block is joined with itself and with those after it.
                        guard !unit.isWithin || (block ^ Int(masks[0])) >> 8 >= block >> 8 else {
                            continue
                        }
                        try joinLists(lists, block..<(block + 256), masks, plan, &counts, found)
                    }
                }
            }
        }
    }

    private func joinLists(
        _ lists: JoinLists,
        _ values: Range<Int>,
        _ masks: [UInt16],
        _ plan: ProbePlan,
        _ counts: inout JoinStatistics.Counts,
        _ found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws {
        try lists.check(values, masks)
        let limits = plan.limits(chunk: lists.chunk)
        try masks.withUnsafeBufferPointer { masks in
            try plan.thresholds.withUnsafeBufferPointer { thresholds in
                let terms = vestige_join_terms(
                    chunk: UInt32(lists.chunk),
                    masks: masks.baseAddress,
                    mask_count: masks.count,
                    limit16: limits.two,
                    limit32: limits.three,
                    thresholds: thresholds.baseAddress,
                    radius: UInt32(join.radius),
                    within: lists.unit.isWithin
                )
                try joinLists(lists, values, terms, &counts, found)
            }
        }
    }

    private func joinLists(
        _ lists: JoinLists,
        _ values: Range<Int>,
        _ terms: vestige_join_terms,
        _ counts: inout JoinStatistics.Counts,
        _ found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws {
        var cursor = vestige_join_cursor(
            value: UInt32(values.lowerBound),
            mask: 0,
            lane: 0,
            single: 0
        )
        var done = vestige_join_counts(lists: 0, extensions: 0)
        var damage = vestige_join_damage.VESTIGE_JOIN_SOUND
        var (outer, inner, terms) = (lists.outer, lists.inner, terms)
        while cursor.value < values.upperBound {
            let count = vestige_join_postings(
                join.level,
                &outer,
                &inner,
                &terms,
                UInt32(values.upperBound),
                &cursor,
                &done,
                positions.baseAddress,
                positions.count,
                &damage
            )
            try check(damage, lists, "the directory of table \(lists.chunk) is out of order")
            try lists.check(positions.prefix(count))
            let kept = vestige_verify_pairs(
                join.level,
                &outer,
                &inner,
                &terms,
                positions.baseAddress,
                count,
                rowPairs.baseAddress,
                &damage
            )
            try check(damage, lists, "table \(lists.chunk) names rows that are not there")
            counts.candidates += count
            try take(
                kept,
                lists.unit,
                offsets: (lists.unit.leftRows.lowerBound, lists.unit.rightRows.lowerBound),
                isTurned: lists.isTurned,
                &counts,
                found
            )
        }
        counts.listPairs += Int(done.lists)
        counts.extensionPairs += Int(done.extensions)
    }

    private func check(
        _ damage: vestige_join_damage,
        _ lists: JoinLists,
        _ detail: @autoclosure () -> String
    ) throws(IndexFault) {
        switch damage {
        case .VESTIGE_JOIN_SOUND: return
        case .VESTIGE_JOIN_LEFT_DAMAGED: throw lists.outerPart.damaged(detail())
        case .VESTIGE_JOIN_RIGHT_DAMAGED: throw lists.innerPart.damaged(detail())
        @unknown default: throw lists.outerPart.damaged(detail())
        }
    }

    // MARK: Rows against rows

    private func scan(
        _ left: Range<Int>,
        _ right: Range<Int>,
        _ unit: JoinUnit,
        _ counts: inout JoinStatistics.Counts,
        _ found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws {
        guard !unit.isWithin || right.upperBound > left.lowerBound + 1 else { return }
        try join.left[unit.leftPart].checkRows(left)
        try join.right[unit.rightPart].checkRows(right)
        try join.left[unit.leftPart].withRows { leftRows in
            try join.right[unit.rightPart].withRows { rightRows in
                // Within a set the right rows are those after the left one.
                let start =
                    unit.isWithin ? max(right.lowerBound, left.lowerBound + 1) : right.lowerBound
                var cursor = vestige_block_cursor(left: left.lowerBound, right: start)
                while cursor.right < right.upperBound {
                    let count = vestige_join_rows(
                        join.level,
                        leftRows,
                        left.lowerBound,
                        left.upperBound,
                        rightRows,
                        right.upperBound,
                        UInt32(join.radius),
                        unit.isWithin,
                        &cursor,
                        rowPairs.baseAddress,
                        rowPairs.count
                    )
                    try take(count, unit, &counts, found)
                }
                counts.rowPairs += JoinWorker.pairs(left, right, isWithin: unit.isWithin)
            }
        }
    }

    /// The number of pairs of a left and a right row; within a set, of a row and one after it.
    private static func pairs(_ left: Range<Int>, _ right: Range<Int>, isWithin: Bool) -> Int {
        guard isWithin else { return left.count * right.count }
        // Left rows before the right ones have all of them after them; the others, fewer and fewer.
        let before = left.clamped(to: 0..<right.lowerBound).count
        let inside = left.clamped(to: right)
        return before * right.count
            + inside.count * (right.upperBound - 1) - inside.reduce(0, +)
    }

    // MARK: Pairs

    private func take(
        _ count: Int,
        _ unit: JoinUnit,
        offsets: (left: Int, right: Int) = (0, 0),
        isTurned: Bool = false,
        _ counts: inout JoinStatistics.Counts,
        _ found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws {
        counts.pairs += count
        for pair in rowPairs.prefix(count) {
            let (left, right) = isTurned ? (pair.right, pair.left) : (pair.left, pair.right)
            pairs.append(
                JoinPair(
                    leftPart: UInt32(unit.leftPart),
                    leftRow: left + UInt32(offsets.left),
                    rightPart: UInt32(unit.rightPart),
                    rightRow: right + UInt32(offsets.right),
                    distance: pair.distance
                )
            )
        }
        if pairs.count >= JoinWorker.pieceCount {
            try flush(found)
        }
    }

    private func flush(_ found: (UnsafeBufferPointer<JoinPair>) throws -> Void) throws {
        guard !pairs.isEmpty else { return }
        defer { pairs.removeAll(keepingCapacity: true) }
        try pairs.withUnsafeBufferPointer { try found($0) }
    }
}
