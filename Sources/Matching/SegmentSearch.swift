import CKernels
import Fingerprinting
import Indexing

/// One probe against one segment: the two methods, and what both need.
struct SegmentSearch {
    /// Hits and candidates are taken in pieces of this many: 8 KB each, which stay in the first cache.
    private static let pieceCount = 1024
    /// Lists of a query that are looked at before the others are believed to be in memory.
    private static let samples = 8

    let segment: Segment
    let contents: SegmentContents
    /// The probe, permuted as the rows are.
    let query: Fingerprint
    let level: vestige_kernel_level

    /// Compares every row.
    func scan(
        radius: Int,
        statistics: inout SearchStatistics,
        found: (vestige_hit) -> Void
    ) {
        segment.announceRows()
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
        statistics: inout SearchStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) -> Bool {
        let lists = UnsafeMutableBufferPointer<vestige_list>.allocate(capacity: plan.lists)
        defer { lists.deallocate() }
        var postings = 0
        for ring in plan.rings {
            let part = UnsafeMutableBufferPointer(rebasing: lists[ring.lists])
            let count = FlipMasks.all.withUnsafeBufferPointer { masks in
                vestige_find_lists(
                    contents.directory(ring.chunk),
                    contents.extensions(ring.chunk),
                    contents.rowCount,
                    chunk(ring.chunk),
                    masks.baseAddress.map { $0 + ring.masks.lowerBound },
                    ring.masks.count,
                    part.baseAddress
                )
            }
            guard count != UInt64.max else {
                throw segment.damaged("the directory of table \(ring.chunk) is out of order")
            }
            // Fewer than 2³² in each list, and a plan has at most some 13,000 lists.
            postings += Int(count)
        }
        guard postings <= mostPostings else { return false }
        announce(lists, plan)
        statistics.lists += plan.lists
        statistics.postings += postings
        for ring in plan.rings {
            let part = UnsafeBufferPointer(rebasing: lists[ring.lists])
            try filter(part, ring, plan, statistics: &statistics, found: found)
        }
        return true
    }

    /// Asks the disk for all lists of a query at once, if some of them are not in memory.
    ///
    /// Asked for one after the other, as the scan meets them, a disk takes five times as long.
    private func announce(_ lists: UnsafeMutableBufferPointer<vestige_list>, _ plan: ProbePlan) {
        guard segment.mayLieOnDisk else { return }
        // A look costs as much as reading a list: a few, far apart, tell whether more is needed.
        let step = max(1, plan.rings.count / SegmentSearch.samples)
        let isInMemory = stride(from: 0, to: plan.rings.count, by: step).allSatisfy {
            let ring = plan.rings[$0]
            return segment.holdsInMemory(lists[ring.lists.upperBound - 1], chunk: ring.chunk)
        }
        guard !isInMemory else { return }
        for ring in plan.rings {
            segment.announce(lists[ring.lists], chunk: ring.chunk)
        }
    }

    /// Filters the lists of a ring and compares the rows of what is left.
    private func filter(
        _ lists: UnsafeBufferPointer<vestige_list>,
        _ ring: ProbePlan.Ring,
        _ plan: ProbePlan,
        statistics: inout SearchStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) {
        let next = UInt32(chunk((ring.chunk + 1) % ProbePlan.chunks))
        let afterNext = UInt32(chunk((ring.chunk + 2) % ProbePlan.chunks))
        var isSound = true
        var candidates = 0
        withUnsafeTemporaryAllocation(
            of: UInt32.self,
            capacity: SegmentSearch.pieceCount
        ) { positions in
            var cursor = vestige_cursor(list: 0, position: 0)
            while cursor.list < lists.count, isSound {
                let count = vestige_filter_postings(
                    level,
                    contents.extensions(ring.chunk),
                    lists.baseAddress,
                    lists.count,
                    next | afterNext << 16,
                    ring.limit16,
                    ring.limit32,
                    &cursor,
                    positions.baseAddress,
                    positions.count
                )
                guard count > 0 else { continue }
                candidates += count
                isSound = verify(UnsafeBufferPointer(positions), count, ring, plan, found: found)
            }
        }
        statistics.candidates += candidates
        guard isSound else {
            throw segment.damaged("table \(ring.chunk) names rows that are not there")
        }
    }

    /// Compares the rows of `count` postings; whether all of them exist.
    private func verify(
        _ positions: UnsafeBufferPointer<UInt32>,
        _ count: Int,
        _ ring: ProbePlan.Ring,
        _ plan: ProbePlan,
        found: (vestige_hit) -> Void
    ) -> Bool {
        withUnsafeBytes(of: query.words) { words in
            withUnsafeTemporaryAllocation(of: vestige_hit.self, capacity: count) { hits in
                let written = vestige_verify_postings(
                    level,
                    contents.rows,
                    contents.rowCount,
                    words.assumingMemoryBound(to: UInt64.self).baseAddress,
                    plan.thresholds,
                    UInt32(plan.radius),
                    UInt32(ring.chunk),
                    contents.rowIDs(ring.chunk),
                    positions.baseAddress,
                    count,
                    hits.baseAddress
                )
                guard written >= 0 else { return false }
                for hit in hits.prefix(written) {
                    found(hit)
                }
                return true
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
