import CKernels
import Glibc
import Indexing

/// What joining two parts is expected to take in either way.
///
/// Random data is computed. Real data piles up, and how much, a sample tells: some thousand pairs of
/// rows, and what the filter would make of them. The sample is drawn with a fixed seed, so that a join
/// is done in the same way, and finds its pairs in the same order, each time.
struct JoinEstimate {
    /// Pairs of parts with fewer pairs of rows than this are not worth a sample: they are scanned within
    /// milliseconds.
    private static let sampledPairs = 20_000_000
    /// Rows of each side in a sample.
    private static let leftSamples = 64
    private static let rightSamples = 512

    /// Seconds that the join of lists takes; infinite where it cannot be used.
    let buckets: Double
    /// Seconds that the scan takes.
    let scan: Double

    /// The estimate for two parts.
    init(
        _ left: JoinPart,
        _ right: JoinPart,
        isWithin: Bool,
        radius: Int,
        level: vestige_kernel_level
    ) {
        let model = JoinCostModel(level, rows: left.rows + right.rows)
        let half = isWithin ? 0.5 : 1.0
        let pairs = Double(left.rows) * Double(right.rows) * half
        let words = Double(JoinEstimate.comparedWords(radius: radius))
        guard radius <= ProbePlan.largestRadius else {
            scan = pairs * model.secondsPerWordPair * words
            buckets = .infinity
            return
        }
        let plan = ProbePlan.all[radius]
        var extensionShare = plan.scannedShare
        var candidateShare = plan.candidateShare
        var foundShare = 0.0
        if pairs >= Double(JoinEstimate.sampledPairs) {
            let sample = JoinEstimate.sample(left, right, plan)
            extensionShare = max(extensionShare, sample.extensions)
            candidateShare = max(candidateShare, sample.candidates)
            foundShare = sample.found
        }
        scan = pairs * (model.secondsPerWordPair * words + model.secondsPerPair * foundShare)
        // Lists that are not there cost next to nothing.
        let full = [left, right].map { 1 - exp(-Double($0.rows) / 65_536) }
        let lists = Double(plan.lists) * 65_536 * full[0] * full[1] * half
        var made = 0.0
        for part in isWithin ? [left] : [left, right] where !part.hasTables {
            made +=
                Double(plan.askedChunks.count)
                * (model.secondsPerDirectory + model.secondsPerPosting * Double(part.rows))
        }
        buckets =
            made + lists * model.secondsPerListPair
            + pairs
            * (extensionShare * model.secondsPerExtensionPair
                + candidateShare * model.secondsPerCandidate
                + foundShare * model.secondsPerPair)
    }

    /// 32-bit words that a scan compares of most pairs: 3 at a radius of 31.
    private static func comparedWords(radius: Int) -> Int {
        min(8, 1 + (max(0, radius - 6) + 13) / 14)
    }

    /// For each pair of rows of a sample: the postings that would be compared, those that would pass,
    /// and the pairs within the radius.
    private static func sample(
        _ left: JoinPart,
        _ right: JoinPart,
        _ plan: ProbePlan
    ) -> (extensions: Double, candidates: Double, found: Double) {
        var random = SampleGenerator(state: 0x7E57)
        let (first, second) = (
            rows(leftSamples, of: left, &random), rows(rightSamples, of: right, &random)
        )
        let budgets = plan.thresholds.map { Int($0) + 1 }
        var (extensions, candidates, found) = (0, 0, 0)
        var differing = [Int](repeating: 0, count: ProbePlan.chunks)
        for a in first {
            for b in second {
                var distance = 0
                for word in 0..<4 {
                    let x = a[word] ^ b[word]
                    for chunk in 0..<4 {
                        let bits = UInt16(truncatingIfNeeded: x >> UInt64(16 * chunk))
                        differing[4 * word + chunk] = bits.nonzeroBitCount
                        distance += bits.nonzeroBitCount
                    }
                }
                if distance <= plan.radius {
                    found += 1
                }
                for chunk in 0..<ProbePlan.chunks where differing[chunk] < budgets[chunk] {
                    extensions += 1
                    let (next, last) = ((chunk + 1) % 16, (chunk + 2) % 16)
                    let two = differing[chunk] + differing[next] - budgets[chunk] - budgets[next]
                    if two < 0, two + differing[last] < budgets[last] {
                        candidates += 1
                    }
                }
            }
        }
        let all = Double(max(1, first.count * second.count))
        return (Double(extensions) / all, Double(candidates) / all, Double(found) / all)
    }

    private static func rows(
        _ count: Int,
        of part: JoinPart,
        _ random: inout SampleGenerator
    ) -> [[UInt64]] {
        guard part.rows > 0 else { return [] }
        let chosen = (0..<count).map { _ in Int.random(in: 0..<part.rows, using: &random) }
        return part.withRows { rows in
            guard let rows else { return [] }
            return chosen.map { row in (0..<4).map { rows[4 * row + $0] } }
        }
    }
}
