extension ProbePlan {
    /// The chunks that are asked, ascending.
    var askedChunks: [Int] { thresholds.indices.filter { thresholds[$0] >= 0 } }

    /// Bits that may differ in a chunk and the next one together, and in these and the one after. What
    /// differs in the chunk itself is taken off before extensions are compared.
    func limits(chunk: Int) -> (two: UInt32, three: UInt32) {
        let budgets = (0..<3).map { Int(thresholds[(chunk + $0) % ProbePlan.chunks]) + 1 }
        // An asked chunk has a budget of at least 1, and the others of at least 0.
        return (UInt32(budgets[0] + budgets[1] - 1), UInt32(budgets.reduce(0, +) - 1))
    }
}
