/// What a search of one segment is expected to take, so that the cheaper method can be chosen.
///
/// Fitted to measurements on a Zen 4 at 2.6 GHz, which are in `Docs/Matching.md`. A wrong estimate costs
/// time only: both methods give the same result.
enum CostModel {
    /// What every search takes.
    private static let microsecondsPerSearch = 1.0
    /// Looking up a list and fetching its first postings, from memory.
    private static let microsecondsPerList = 0.025
    /// The same, if the tables stay in a cache near the core.
    private static let microsecondsPerCachedList = 0.012
    /// Segments up to this size do so: 6.4 MB of extensions.
    private static let cachedTableRows = 100_000
    /// Filtering a posting.
    private static let microsecondsPerPosting = 0.0005
    /// Comparing the row of a posting that passed the filter.
    private static let microsecondsPerCandidate = 0.08
    /// Comparing a row that comes from memory.
    private static let microsecondsPerRow = 0.001
    /// Comparing a row that comes from a cache.
    private static let microsecondsPerCachedRow = 0.00045
    /// Segments up to this size stay in a cache between scans: 12.8 MB of rows.
    private static let cachedRows = 400_000

    /// The expected time of a search through the tables, in microseconds.
    static func tables(_ plan: ProbePlan, rows: Int) -> Double {
        let perList = rows <= cachedTableRows ? microsecondsPerCachedList : microsecondsPerList
        return microsecondsPerSearch + perList * Double(plan.lists)
            + (microsecondsPerPosting * plan.scannedShare
                + microsecondsPerCandidate * plan.candidateShare) * Double(rows)
    }

    /// The expected time of a scan, in microseconds.
    static func scan(rows: Int) -> Double {
        Double(rows) * (rows <= cachedRows ? microsecondsPerCachedRow : microsecondsPerRow)
    }

    /// The number of postings from which on a scan is faster, whatever else the tables would cost.
    ///
    /// Data that piles up in a few values of a chunk can fill the lists far beyond what random data
    /// does; that is known before they are read.
    static func mostPostings(rows: Int) -> Int {
        Int(scan(rows: rows) / microsecondsPerPosting)
    }
}
