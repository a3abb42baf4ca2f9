/// How a join is done: a method for each pair of parts, and the units of work that follow from it.
struct JoinPlan {
    /// Tables for fewer rows than this are never made: the memory bound must leave room for one.
    static let smallestSlice = 1024

    private(set) var units: [JoinUnit] = []
    private(set) var statistics = JoinStatistics()

    init(_ join: SetJoin) {
        guard join.radius >= 0 else { return }
        for left in join.left.indices {
            for right in join.right.indices where !join.isWithin || right >= left {
                let method = add(left, right, join)
                statistics.partPairs.append(
                    JoinStatistics.PartPair(leftPart: left, rightPart: right, method: method)
                )
            }
        }
    }

    private mutating func add(_ left: Int, _ right: Int, _ join: SetJoin) -> JoinMethod? {
        let (first, second) = (join.left[left], join.right[right])
        guard first.kind == join.kind, second.kind == join.kind else { return nil }
        let isWithin = join.isWithin && left == right
        let estimate = JoinEstimate(
            first,
            second,
            isWithin: isWithin,
            radius: join.radius,
            level: join.level
        )
        let cheaper: JoinMethod = estimate.buckets < estimate.scan ? .buckets : .scan
        let isTabled = join.radius <= ProbePlan.largestRadius
        let method = isTabled ? join.forced ?? cheaper : .scan
        guard first.rows > 0, second.rows > 0 else { return method }
        let seconds = method == .buckets ? estimate.buckets : estimate.scan
        let plan = ProbePlan.all[min(join.radius, ProbePlan.largestRadius)]
        let slices =
            method == .buckets
            ? self.slices(first, second, isWithin: isWithin, memory: join.memory)
            : (left: [0..<first.rows], right: [0..<second.rows])
        let total = Double(first.rows) * Double(second.rows) * (isWithin ? 0.5 : 1)
        for (index, leftRows) in slices.left.enumerated() {
            for rightRows in isWithin ? slices.left[index...] : slices.right[...] {
                let isSame = isWithin && leftRows == rightRows
                var made: [JoinUnit.Side] = first.hasTables ? [] : [.left]
                if !second.hasTables, !isSame {
                    made.append(.right)
                }
                let pairs =
                    Double(leftRows.count) * Double(rightRows.count) * (isSame ? 0.5 : 1)
                units.append(
                    JoinUnit(
                        partPair: statistics.partPairs.count,
                        parts: (left, right),
                        rows: (leftRows, rightRows),
                        isWithin: isSame,
                        method: method,
                        chunks: plan.askedChunks,
                        made: made,
                        seconds: seconds * pairs / total
                    )
                )
            }
        }
        return method
    }

    /// The rows of both parts in slices whose tables fit the memory.
    private func slices(
        _ left: JoinPart,
        _ right: JoinPart,
        isWithin: Bool,
        memory: Int
    ) -> (left: [Range<Int>], right: [Range<Int>]) {
        // Two tables for each side that has none.
        let sides = [left, right].count { !$0.hasTables }
        guard sides > 0 else { return ([0..<left.rows], [0..<right.rows]) }
        let bytes = max(0, memory) / (2 * sides) - TransientTable.bytes(rows: 0)
        let most = max(JoinPlan.smallestSlice, bytes / TransientTable.bytesPerRow)
        return (JoinPlan.slices(left, most), JoinPlan.slices(right, most))
    }

    private static func slices(_ part: JoinPart, _ most: Int) -> [Range<Int>] {
        guard !part.hasTables else { return [0..<part.rows] }
        // As even as can be: the time goes with the product of two slices.
        let count = max(1, (part.rows + most - 1) / most)
        return (0..<count).map { part.rows * $0 / count..<part.rows * ($0 + 1) / count }
    }
}
