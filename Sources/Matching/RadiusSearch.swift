import CKernels
import Fingerprinting
import Glibc
import Indexing

/// Finds every stored fingerprint within a radius: exactly, whatever the radius and the data.
///
/// A value without state: one can be used from many threads at once.
public struct RadiusSearch: Sendable {
    /// The radii for which the tables are used. Larger ones are answered too, by comparing all rows.
    public static let tabledRadii = 0...ProbePlan.largestRadius

    /// The segments, as they were given.
    public let segments: [Segment]
    /// The kind of the fingerprints that are searched; `nil` if there is no segment.
    public let kind: FingerprintKind?

    let forced: SearchMethod?
    let level: vestige_kernel_level
    let announces: Bool?

    /// A search over segments.
    ///
    /// - Parameters:
    ///   - kind: segments of another kind are left out, since fingerprints of different kinds cannot be
    ///     compared; `nil` for the kind of the first segment. Probes must be of this kind.
    ///   - method: the method to use wherever it can be used, so that the two can be compared; `nil` for
    ///     the one that is expected to be faster, segment by segment.
    public init(
        segments: [Segment],
        kind: FingerprintKind? = nil,
        forcing method: SearchMethod? = nil
    ) {
        self.init(
            segments: segments,
            kind: kind,
            forcing: method,
            level: vestige_best_kernel_level()
        )
    }

    /// A search that uses one body of the kernels, and asks the disk for lists always or never.
    package init(
        segments: [Segment],
        kind: FingerprintKind? = nil,
        forcing method: SearchMethod?,
        level: vestige_kernel_level,
        announces: Bool? = nil
    ) {
        self.segments = segments
        self.kind = kind ?? segments.first?.kind
        forced = method
        self.level = level
        self.announces = announces
    }

    /// Every stored fingerprint within `radius` bits of a probe.
    ///
    /// - Parameter radius: 0 ... 256; a negative one finds nothing.
    /// - Returns: the hits by distance, then by the fingerprint's hex digits, then by place.
    /// - Throws: ``IndexFault``, if a segment turns out to be damaged: an answer would be incomplete.
    public func search(_ probe: Fingerprint, radius: Int) throws(IndexFault) -> [Hit] {
        var statistics = SearchStatistics()
        return try search(probe, radius: radius, statistics: &statistics)
    }

    /// Every stored fingerprint within `radius` bits of a probe, and what it took to find them.
    ///
    /// - Parameter statistics: is added to.
    public func search(
        _ probe: Fingerprint,
        radius: Int,
        statistics: inout SearchStatistics
    ) throws(IndexFault) -> [Hit] {
        guard radius >= 0 else { return [] }
        let query = BitPermutation.row(of: probe)
        var hits: [Hit] = []
        for (index, segment) in segments.enumerated() {
            guard segment.kind == kind else {
                statistics.segments.append(nil)
                continue
            }
            let start = RadiusSearch.now()
            var figures = choice(for: segment, radius: radius)
            try segment.withContents { (contents) throws(IndexFault) in
                let search = SegmentSearch(
                    segment: segment,
                    contents: contents,
                    query: query,
                    level: level,
                    announces: announces
                )
                try run(search, radius: radius, statistics: &figures) { hit in
                    let row = Int(hit.row)
                    hits.append(
                        Hit(
                            segment: index,
                            row: row,
                            fingerprint: segment.fingerprint(ofRow: row),
                            distance: Int(hit.distance)
                        )
                    )
                }
            }
            figures.microseconds = RadiusSearch.now() - start
            statistics.segments.append(figures)
        }
        hits.sort()
        return hits
    }

    /// Searches one segment by the method chosen, or by a scan if it turns out to be better.
    private func run(
        _ search: SegmentSearch,
        radius: Int,
        statistics: inout SegmentStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) {
        if statistics.method == .tables {
            let isDone = try search.probeTables(
                ProbePlan.all[radius],
                mostPostings: forced == nil
                    ? CostModel.mostPostings(rows: search.segment.rows) : Int.max,
                statistics: &statistics,
                found: found
            )
            if isDone {
                return
            }
            statistics.method = .scan
            statistics.reason = .piledUp
        }
        try search.scan(radius: min(radius, 256), statistics: &statistics, found: found)
    }

    /// How a segment would be searched: its tables where it has them and they are expected to be faster.
    public func method(for segment: Segment, radius: Int) -> SearchMethod {
        choice(for: segment, radius: radius).method
    }

    /// The method for a segment, and why: figures to which the search adds.
    private func choice(for segment: Segment, radius: Int) -> SegmentStatistics {
        let scan = CostModel.scan(rows: segment.rows)
        func choice(
            _ method: SearchMethod,
            _ reason: SegmentStatistics.Reason,
            tables: Double? = nil
        ) -> SegmentStatistics {
            SegmentStatistics(
                method: method,
                reason: reason,
                tablesEstimate: tables,
                scanEstimate: scan
            )
        }
        guard segment.hasTables else { return choice(.scan, .noTables) }
        guard RadiusSearch.tabledRadii.contains(radius) else { return choice(.scan, .radius) }
        let tables = CostModel.tables(ProbePlan.all[radius], rows: segment.rows)
        if let forced {
            return choice(forced, .forced, tables: tables)
        }
        return choice(tables < scan ? .tables : .scan, .estimated, tables: tables)
    }

    /// Microseconds since some moment in the past.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
