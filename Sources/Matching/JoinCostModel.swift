import CKernels

/// What a join of two parts is expected to take, so that the cheaper method can be chosen, and the
/// progress weighted.
///
/// Fitted to measurements on a Zen 4 at 2.6 GHz, which are in `Docs/Matching.md`. A wrong estimate costs
/// time only: both methods find the same pairs.
struct JoinCostModel {
    /// Looking up two lists and beginning to join them.
    let secondsPerListPair: Double
    /// Comparing two postings.
    let secondsPerExtensionPair: Double
    /// Comparing the rows of a pair of postings that passed the filter.
    let secondsPerCandidate: Double
    /// Comparing two rows in a scan, for each 32 bits that are compared first.
    let secondsPerWordPair: Double
    /// Handing over a pair.
    let secondsPerPair = 5e-9
    /// Placing a row in the table of one chunk.
    let secondsPerPosting = 8e-9
    /// Clearing and summing the directory of such a table.
    let secondsPerDirectory = 1e-4

    /// The model for a body of the kernels.
    init(_ level: vestige_kernel_level) {
        switch level {
        case .VESTIGE_KERNEL_PORTABLE:
            secondsPerListPair = 50e-9
            secondsPerExtensionPair = 1.6e-9
            secondsPerCandidate = 0.5e-6
            secondsPerWordPair = 0.75e-9
        case .VESTIGE_KERNEL_AVX2:
            secondsPerListPair = 35e-9
            secondsPerExtensionPair = 0.17e-9
            secondsPerCandidate = 0.12e-6
            secondsPerWordPair = 0.25e-9
        case .VESTIGE_KERNEL_AVX512:
            secondsPerListPair = 35e-9
            secondsPerExtensionPair = 0.037e-9
            secondsPerCandidate = 0.12e-6
            secondsPerWordPair = 0.03e-9
        @unknown default:
            secondsPerListPair = 50e-9
            secondsPerExtensionPair = 1.6e-9
            secondsPerCandidate = 0.5e-6
            secondsPerWordPair = 0.75e-9
        }
    }
}
