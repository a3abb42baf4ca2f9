import CKernels

/// What a join of two parts is expected to take, so that the cheaper method can be chosen, and the
/// progress weighted.
///
/// Fitted to measurements on a Zen 4 at 2.6 GHz, which are in `Docs/Matching.md`. A wrong estimate costs
/// time only: both methods find the same pairs.
struct JoinCostModel {
    /// Comparing two postings.
    let secondsPerExtensionPair: Double
    /// Comparing two rows in a scan, for each 32 bits that are compared first.
    let secondsPerWordPair: Double
    /// Looking up two lists and beginning to join them.
    let secondsPerListPair: Double
    /// Comparing the rows of a pair of postings that passed the filter.
    let secondsPerCandidate: Double
    /// Handing over a pair.
    let secondsPerPair = 3e-9
    /// Placing a row in the table of one chunk.
    let secondsPerPosting = 8e-9
    /// Clearing and summing the directory of such a table.
    let secondsPerDirectory = 1e-4

    /// The most rows of both parts that stay in a cache: 32 MB.
    private static let cachedRows = 1_000_000

    /// The model for a body of the kernels, and parts that have so many rows together.
    init(_ level: vestige_kernel_level, rows: Int) {
        let isCached = rows <= JoinCostModel.cachedRows
        secondsPerListPair = isCached ? 13e-9 : 30e-9
        secondsPerCandidate = isCached ? 5e-9 : 120e-9
        switch level {
        case .VESTIGE_KERNEL_AVX512:
            secondsPerExtensionPair = 0.036e-9
            secondsPerWordPair = 0.03e-9
        case .VESTIGE_KERNEL_AVX2:
            secondsPerExtensionPair = 0.17e-9
            secondsPerWordPair = 0.092e-9
        case .VESTIGE_KERNEL_POPCNT:
            secondsPerExtensionPair = 0.5e-9
            secondsPerWordPair = 0.15e-9
        case .VESTIGE_KERNEL_PORTABLE: fallthrough
        @unknown default:
            secondsPerExtensionPair = 1.6e-9
            secondsPerWordPair = 0.75e-9
        }
    }
}
