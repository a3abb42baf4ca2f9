/// How the tables are asked for everything within a radius: which chunks, and how far around each.
///
/// The reason why nothing is missed and nothing is found twice is in `Docs/Matching.md`.
package struct ProbePlan: Sendable {
    /// The lists of one table that differ from the probe's chunk in the same number of bits.
    struct Ring: Sendable {
        /// The table.
        let chunk: Int
        /// Where the ring's masks lie in ``FlipMasks/all``.
        let masks: Range<Int>
        /// Where the ring's lists lie among all lists of the plan.
        let lists: Range<Int>
        /// Bits of the next chunk that may differ.
        let limit16: UInt32
        /// Bits of the next two chunks that may differ.
        let limit32: UInt32
        /// The share of random postings that pass both limits.
        let share: Double
    }

    /// The largest radius that the tables are used for.
    package static let largestRadius = 64
    /// Chunks of a fingerprint.
    static let chunks = 16

    /// The plans for 0 ... ``largestRadius``.
    static let all: [ProbePlan] = (0...largestRadius).map { ProbePlan(radius: $0) }

    /// The radius.
    package let radius: Int
    /// For each chunk T, the bits that may differ in it; -1 where the chunk is not asked.
    package let thresholds: [Int8]
    /// Everything that is asked, by chunk and then by the bits changed.
    let rings: [Ring]
    /// The number of lists.
    package let lists: Int
    /// The number of postings that random rows would put into those lists, for each row.
    let scannedShare: Double
    /// The number of those that would pass the limits, for each row.
    let candidateShare: Double

    /// The plan for a radius of 0 ... ``largestRadius``.
    package init(radius: Int) {
        // The sum of T + 1 over all chunks is radius + 1, and as even as can be.
        let budgets = (0..<ProbePlan.chunks).map { chunk in
            (chunk + 1) * (radius + 1) / ProbePlan.chunks - chunk * (radius + 1) / ProbePlan.chunks
        }
        var rings: [Ring] = []
        var lists = 0
        for (chunk, budget) in budgets.enumerated() {
            let two = budget + budgets[(chunk + 1) % ProbePlan.chunks] - 1
            let three = two + budgets[(chunk + 2) % ProbePlan.chunks]
            for bits in 0..<budget {
                // Both limits are at least 0: `bits` is under the first of the budgets summed.
                let masks = FlipMasks.firsts[bits]..<FlipMasks.firsts[bits + 1]
                rings.append(
                    Ring(
                        chunk: chunk,
                        masks: masks,
                        lists: lists..<(lists + masks.count),
                        limit16: UInt32(two - bits),
                        limit32: UInt32(three - bits),
                        share: ProbePlan.share(limit16: two - bits, limit32: three - bits)
                    )
                )
                lists += masks.count
            }
        }
        self.radius = radius
        thresholds = budgets.map { Int8($0 - 1) }
        self.rings = rings
        self.lists = lists
        scannedShare = Double(lists) / 65_536
        candidateShare = rings.reduce(0) { $0 + Double($1.masks.count) / 65_536 * $1.share }
    }

    /// Binomial coefficients of 16.
    private static let binomials: [Double] = {
        var row = [1.0]
        for chosen in 0..<16 {
            row.append(row[chosen] * Double(16 - chosen) / Double(chosen + 1))
        }
        return row
    }()

    /// The share of random 32 bits with at most `limit16` ones in the lower half, `limit32` in all.
    private static func share(limit16: Int, limit32: Int) -> Double {
        var ways = 0.0
        for first in 0...min(16, limit16, limit32) {
            for second in 0...min(16, limit32 - first) {
                ways += binomials[first] * binomials[second]
            }
        }
        return ways / 4_294_967_296
    }
}
