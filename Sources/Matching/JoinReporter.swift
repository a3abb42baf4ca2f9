/// Tells how far a join has come: not after every task, of which there may be millions.
struct JoinReporter {
    /// The least growth that is told.
    private static let step = 0.001

    private let total: Double
    private var done = 0.0
    private var told = 0.0
    private var pairs = 0

    /// A reporter of a join that takes so many seconds.
    init(total: Double) {
        self.total = total
    }

    /// Counts a task that is done.
    mutating func report(_ task: JoinTask, pairs: Int, to progress: (JoinProgress) -> Void) {
        done += task.seconds
        self.pairs += pairs
        let fraction = total > 0 ? min(1, done / total) : 0
        if fraction - told >= JoinReporter.step {
            told = fraction
            progress(JoinProgress(fraction: fraction, pairs: self.pairs))
        }
    }

    /// Tells that all is done.
    func end(_ progress: (JoinProgress) -> Void) {
        progress(JoinProgress(fraction: 1, pairs: pairs))
    }
}
