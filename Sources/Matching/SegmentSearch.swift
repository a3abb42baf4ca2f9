import CKernels
import Fingerprinting
import Indexing

/// One probe against one segment: the two methods, and what both need.
struct SegmentSearch {
    /// Hits and candidates are taken in pieces of this many: 8 KB each, which stay in the first cache.
    private static let pieceCount = 1024
    /// Lists of a query that are looked at before the others are believed to be in memory.
    private static let samples = 8
    /// What was read faster than this did not come from a disk: a fault of a page that is in memory takes
    /// 4 µs, a disk's answer at least 80.
    private static let diskMicroseconds = 40.0

    let segment: Segment
    let contents: SegmentContents
    /// The probe, permuted as the rows are.
    let query: Fingerprint
    let level: vestige_kernel_level
    /// Whether the disk is asked for lists; `nil` to find out.
    let announces: Bool?

    /// Compares every row.
    func scan(
        radius: Int,
        statistics: inout SegmentStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) {
        segment.announceRows()
        try segment.checkRows(0..<segment.rows)
        let count = Int(contents.rowCount)
        var next = 0
        withUnsafeBytes(of: query.words) { words in
            let query = words.assumingMemoryBound(to: UInt64.self).baseAddress
            withUnsafeTemporaryAllocation(
                of: vestige_hit.self,
                capacity: SegmentSearch.pieceCount
            ) { hits in
                while next < count {
                    let written = vestige_scan_rows(
                        level,
                        contents.rows,
                        count,
                        query,
                        UInt32(radius),
                        &next,
                        hits.baseAddress,
                        hits.count
                    )
                    statistics.hits += written
                    for hit in hits.prefix(written) {
                        found(hit)
                    }
                }
            }
        }
        statistics.scannedRows += count
    }

    /// Reads the lists of a plan: first finds them all, so that the memory, or the disk, works on all of
    /// them at once; then filters them.
    ///
    /// - Parameter mostPostings: the number above which nothing is read.
    /// - Returns: whether the lists were read: `false` if they hold more than `mostPostings`.
    /// - Precondition: the segment has tables.
    func probeTables(
        _ plan: ProbePlan,
        mostPostings: Int,
        statistics: inout SegmentStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) -> Bool {
        let lists = UnsafeMutableBufferPointer<vestige_list>.allocate(capacity: plan.lists)
        defer { lists.deallocate() }
        let groups = UnsafeMutableBufferPointer<vestige_list_group>.allocate(
            capacity: plan.rings.count
        )
        defer { groups.deallocate() }
        statistics.lists = plan.lists
        return try FlipMasks.all.withUnsafeBufferPointer { (masks) throws(IndexFault) in
            for (index, ring) in plan.rings.enumerated() {
                try segment.checkDirectory(ring.chunk)
                groups[index] = group(ring, masks)
            }
            var postings: UInt64 = 0
            let damaged = vestige_find_lists(
                groups.baseAddress,
                groups.count,
                contents.rowCount,
                lists.baseAddress,
                &postings
            )
            guard damaged < 0 else {
                throw segment.damaged("the directory of table \(damaged) is out of order")
            }
            // Fewer than 2³² in each list, and a plan has at most some 40,000 lists.
            statistics.postings = Int(postings)
            guard statistics.postings <= mostPostings else { return false }
            if announces ?? liesOnDisk(lists, groups) {
                statistics.isAnnounced = true
                announce(lists, groups)
            }
            try check(lists, groups)
            try filter(lists, groups, plan, statistics: &statistics, found: found)
            return true
        }
    }

    /// The lists of a ring, as the kernels want them.
    private func group(
        _ ring: ProbePlan.Ring,
        _ masks: UnsafeBufferPointer<UInt16>
    ) -> vestige_list_group {
        let next = UInt32(chunk((ring.chunk + 1) % ProbePlan.chunks))
        let afterNext = UInt32(chunk((ring.chunk + 2) % ProbePlan.chunks))
        return vestige_list_group(
            directory: contents.directory(ring.chunk),
            extensions: contents.extensions(ring.chunk),
            row_ids: contents.rowIDs(ring.chunk),
            masks: masks.baseAddress.map { $0 + ring.masks.lowerBound },
            end: ring.lists.upperBound,
            chunk: UInt32(ring.chunk),
            value: chunk(ring.chunk),
            query_extension: next | afterNext << 16,
            limit16: ring.limit16,
            limit32: ring.limit32
        )
    }

    /// Whether some of the lists have to be waited for: a few, far apart, are read, and the clock tells.
    ///
    /// Asking the system (mincore) takes 1.2 µs each; this takes nothing, since they are read anyway. Where
    /// the thread was interrupted, the answer is wrong and costs some 0.2 ms.
    private func liesOnDisk(
        _ lists: UnsafeMutableBufferPointer<vestige_list>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>
    ) -> Bool {
        guard segment.mayLieOnDisk else { return false }
        let step = max(1, groups.count / SegmentSearch.samples)
        var before = RadiusSearch.now()
        return stride(from: 0, to: groups.count, by: step).contains {
            _ = vestige_first_extension(groups[$0].extensions, lists[groups[$0].end - 1])
            let after = RadiusSearch.now()
            defer { before = after }
            return after - before > SegmentSearch.diskMicroseconds
        }
    }

    /// Asks the disk for all lists of a query at once.
    ///
    /// Asked for one after the other, as the filter meets them, a disk takes five times as long.
    private func announce(
        _ lists: UnsafeMutableBufferPointer<vestige_list>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>
    ) {
        var first = 0
        for group in groups {
            segment.announce(lists[first..<group.end], chunk: Int(group.chunk))
            first = group.end
        }
    }

    /// Checks all lists of a query.
    private func check(
        _ lists: UnsafeMutableBufferPointer<vestige_list>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>
    ) throws(IndexFault) {
        var place = 0
        for group in groups {
            while place < group.end {
                let list = lists[place]
                try segment.checkExtensions(
                    Int(list.start)..<Int(list.end),
                    chunk: Int(group.chunk)
                )
                place += 1
            }
        }
    }

    /// Checks the row numbers of candidates, and their rows.
    private func check(
        _ candidates: UnsafeBufferPointer<vestige_candidate>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>
    ) throws(IndexFault) {
        for candidate in candidates {
            let group = groups[Int(candidate.group)]
            try segment.checkRowID(Int(candidate.position), chunk: Int(group.chunk))
            let row = Int(group.row_ids[Int(candidate.position)])
            // One that does not exist is noticed when it is compared.
            if row < segment.rows {
                try segment.checkRows(row..<(row + 1))
            }
        }
    }

    /// Filters all lists and compares the rows of what is left.
    private func filter(
        _ lists: UnsafeMutableBufferPointer<vestige_list>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>,
        _ plan: ProbePlan,
        statistics: inout SegmentStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) {
        var damaged: Int?
        var fault: IndexFault?
        withUnsafeTemporaryAllocation(
            of: vestige_candidate.self,
            capacity: SegmentSearch.pieceCount
        ) { candidates in
            var cursor = vestige_cursor(group: 0, list: 0, position: 0)
            while cursor.group < groups.count, damaged == nil, fault == nil {
                let count = vestige_filter_postings(
                    level,
                    groups.baseAddress,
                    groups.count,
                    lists.baseAddress,
                    &cursor,
                    candidates.baseAddress,
                    candidates.count
                )
                guard count > 0 else { continue }
                statistics.candidates += count
                let piece = UnsafeBufferPointer(rebasing: candidates[..<count])
                if statistics.isAnnounced {
                    announce(piece, groups)
                }
                do throws(IndexFault) {
                    try check(piece, groups)
                } catch {
                    fault = error
                    return
                }
                damaged = verify(piece, groups, plan, statistics: &statistics, found: found)
            }
        }
        if let fault {
            throw fault
        }
        if let damaged {
            throw segment.damaged("table \(damaged) names rows that are not there")
        }
    }

    /// Asks the disk for the row numbers of all candidates, and then for all their rows.
    private func announce(
        _ candidates: UnsafeBufferPointer<vestige_candidate>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>
    ) {
        for candidate in candidates {
            segment.announceRowID(
                Int(candidate.position),
                chunk: Int(groups[Int(candidate.group)].chunk)
            )
        }
        for candidate in candidates {
            let row = groups[Int(candidate.group)].row_ids[Int(candidate.position)]
            if row < contents.rowCount {
                segment.announceRow(Int(row))
            }
        }
    }

    /// Compares the rows of candidates; the chunk of a table that names one which does not exist.
    private func verify(
        _ candidates: UnsafeBufferPointer<vestige_candidate>,
        _ groups: UnsafeMutableBufferPointer<vestige_list_group>,
        _ plan: ProbePlan,
        statistics: inout SegmentStatistics,
        found: (vestige_hit) -> Void
    ) -> Int? {
        withUnsafeBytes(of: query.words) { words in
            withUnsafeTemporaryAllocation(
                of: vestige_hit.self,
                capacity: candidates.count
            ) { hits in
                let written = vestige_verify_candidates(
                    level,
                    contents.rows,
                    contents.rowCount,
                    words.assumingMemoryBound(to: UInt64.self).baseAddress,
                    plan.thresholds,
                    UInt32(plan.radius),
                    groups.baseAddress,
                    candidates.baseAddress,
                    candidates.count,
                    hits.baseAddress
                )
                guard written >= 0 else { return -written - 1 }
                statistics.hits += written
                for hit in hits.prefix(written) {
                    found(hit)
                }
                return nil
            }
        }
    }

    /// A chunk of the permuted probe.
    private func chunk(_ index: Int) -> UInt16 {
        let word =
            switch index / 4 {
            case 0: query.words.0
            case 1: query.words.1
            case 2: query.words.2
            default: query.words.3
            }
        return UInt16(truncatingIfNeeded: word >> UInt64(16 * (index % 4)))
    }
}
