/// What a search of one segment is expected to take, so that the cheaper method can be chosen.
///
/// Measured with `search-bench` on a Zen 4 at 2.6 GHz (see `Docs/Matching.md`). A wrong estimate costs
/// time only: both methods give the same result.
enum CostModel {
    /// Looking up a list and beginning to read it.
    static let microsecondsPerList = 0.05
    /// Filtering a posting.
    static let microsecondsPerPosting = 0.0005
    /// Comparing the row of a posting that passed the filter.
    static let microsecondsPerCandidate = 0.1
    /// Comparing a row in a scan.
    static let microsecondsPerRow = 0.0013

    /// The expected time of a search through the tables.
    static func tables(_ plan: ProbePlan, rows: Int) -> Double {
        microsecondsPerList * Double(plan.lists)
            + (microsecondsPerPosting * plan.scannedShare
                + microsecondsPerCandidate * plan.candidateShare) * Double(rows)
    }

    /// The number of postings from which on a scan is faster, whatever else the tables would cost.
    ///
    /// Data that piles up in a few values of a chunk can fill the lists far beyond what random data
    /// does; that is known before they are read.
    static func mostPostings(rows: Int) -> Int {
        Int(scan(rows: rows) / microsecondsPerPosting)
    }

    /// The expected time of a scan.
    static func scan(rows: Int) -> Double {
        microsecondsPerRow * Double(rows)
    }
}
