/// How far the making of a segment is.
public struct BuildProgress: Hashable, Sendable {
    /// What is being done.
    public enum Stage: String, Hashable, Sendable, CaseIterable {
        /// Rows are being sorted or merged, and written.
        case rows
        /// The tables are being made.
        case tables
        /// The file is being read once for its checksums and digest.
        case checksums
    }

    /// What is being done.
    public let stage: Stage
    /// How much of the whole is done, 0 ... 1: an estimate by the stages' usual shares of the time.
    public let fraction: Double
}

/// Tells a caller how far a build is, not too often.
struct BuildReporter {
    private let tellCaller: (BuildProgress) -> Void

    init(_ tellCaller: @escaping (BuildProgress) -> Void) {
        self.tellCaller = tellCaller
    }

    func tell(_ stage: BuildProgress.Stage, done: Int, of total: Int) {
        let part = Double(done) / Double(max(1, total))
        // Shares of the CPU time at 10⁷ rows: Benchmarks/README.md, `build`.
        let fraction =
            switch stage {
            case .rows: 0.3 * part
            case .tables: 0.3 + 0.4 * part
            case .checksums: 0.7 + 0.3 * part
            }
        tellCaller(BuildProgress(stage: stage, fraction: fraction))
    }
}
