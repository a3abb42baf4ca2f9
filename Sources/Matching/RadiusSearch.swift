import CKernels
import Fingerprinting
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

    /// A search that uses one body of the kernels.
    package init(
        segments: [Segment],
        kind: FingerprintKind? = nil,
        forcing method: SearchMethod?,
        level: vestige_kernel_level
    ) {
        self.segments = segments
        self.kind = kind ?? segments.first?.kind
        forced = method
        self.level = level
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
                statistics.methods.append(nil)
                continue
            }
            let method = try segment.withContents { (contents) throws(IndexFault) in
                let search = SegmentSearch(
                    segment: segment,
                    contents: contents,
                    query: query,
                    level: level
                )
                return try run(search, radius: radius, statistics: &statistics) { hit in
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
            statistics.methods.append(method)
        }
        hits.sort()
        return hits
    }

    /// Searches one segment; the method that did it.
    private func run(
        _ search: SegmentSearch,
        radius: Int,
        statistics: inout SearchStatistics,
        found: (vestige_hit) -> Void
    ) throws(IndexFault) -> SearchMethod {
        if method(for: search.segment, radius: radius) == .tables {
            let isDone = try search.probeTables(
                ProbePlan.all[radius],
                mostPostings: forced == nil
                    ? CostModel.mostPostings(rows: search.segment.rows) : Int.max,
                statistics: &statistics,
                found: found
            )
            if isDone {
                return .tables
            }
        }
        search.scan(radius: min(radius, 256), statistics: &statistics, found: found)
        return .scan
    }

    /// How a segment would be searched: its tables where it has them and they are expected to be faster.
    public func method(for segment: Segment, radius: Int) -> SearchMethod {
        guard segment.hasTables, RadiusSearch.tabledRadii.contains(radius) else { return .scan }
        if let forced {
            return forced
        }
        let tables = CostModel.tables(ProbePlan.all[radius], rows: segment.rows)
        return tables < CostModel.scan(rows: segment.rows) ? .tables : .scan
    }
}
